"""Physical quantities with their units, converted to the unit a key ends with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.names.attributes.reading import Reading, number

_NUM = r"\d+(?:\.\d+)?"
_NOT_BEHIND = r"(?<![\w./])"
_NOT_BEFORE = r"(?![\w]|\.\d)"
_FRACTION = re.compile(r"^\d*[13579]/(?:2|4|8|16|32|64)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """``key`` without and ``unit`` of the value; factors by the units a name may use."""

    key: str
    unit: str
    factors: dict[str, float]


_QUANTITIES = (
    Quantity("flow", "l_min", {"l/min": 1, "l/h": 1 / 60, "m3/h": 1000 / 60}),
    Quantity("cross_section", "mm2", {"mm2": 1, "qmm": 1}),
    Quantity("voltage", "v", {"v": 1, "kv": 1000, "mv": 0.001, "volt": 1, "vdc": 1, "vac": 1}),
    Quantity("charge", "ah", {"ah": 1, "mah": 0.001}),
    Quantity("current", "a", {"a": 1, "ma": 0.001, "ka": 1000, "amp": 1, "ampere": 1}),
    # 1 PS = 75 kp m/s, 1 hp = 550 ft lbf/s; mw may be milli or mega
    Quantity("power", "w", {"w": 1, "kw": 1000, "watt": 1, "ps": 735.49875, "hp": 745.69987158}),
    Quantity("apparent_power", "va", {"va": 1, "kva": 1000}),
    Quantity(
        "pressure",
        "bar",
        {"bar": 1, "mbar": 0.001, "mpa": 10, "kpa": 0.01, "psi": 0.0689475729, "hpa": 0.001},
    ),
    Quantity("torque", "nm", {"nm": 1, "ncm": 0.01}),
    Quantity("force", "n", {"kn": 1000, "n": 1}),
    Quantity("frequency", "hz", {"hz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9}),
    Quantity("speed", "rpm", {"rpm": 1, "u/min": 1, "upm": 1, "r/min": 1}),
    Quantity("volume", "l", {"l": 1, "ml": 0.001, "cl": 0.01, "liter": 1, "litre": 1, "ltr": 1}),
    Quantity("mass", "kg", {"kg": 1, "g": 0.001}),
    Quantity("resistance", "ohm", {"ohm": 1, "kohm": 1000}),
    Quantity("capacitance", "f", {"uf": 1e-6, "nf": 1e-9, "pf": 1e-12}),
)
_BY_UNIT = {unit: quantity for quantity in _QUANTITIES for unit in quantity.factors}
_UNITS = "|".join(sorted(map(re.escape, _BY_UNIT), key=len, reverse=True))
# One number, several (400/230v, 12v/24v) or a range (10-30v), with a unit.
_QUANTITY = re.compile(
    rf"{_NOT_BEHIND}(?<![a-z\d]-)({_NUM}(?:(?:{_UNITS})?(?: ?(?:/|-|\.\.+|bis|to) ?{_NUM}))*)"
    rf" ?({_UNITS}){_NOT_BEFORE}"
)
_NOMINAL_PRESSURE = re.compile(rf"\bpn ?({_NUM})(?![\w.])")
_TEMPERATURE = re.compile(
    rf"(?:([+-]?{_NUM})(?:°?c)? ?(?:\.\.+|bis|to|/|-) ?)?([+-]?{_NUM}) ?(c|°f)(?!\w)"
)
_DEGREE = re.compile(r"[°º]\s?[cf]\b|\bgrad c|celsius|fahrenheit", re.IGNORECASE)
_CABLE = re.compile(rf"{_NOT_BEHIND}(\d{{1,2}})([xg])({_NUM})(mm2|qmm)?(?![\w/]|\.\d)")
_CABLES = re.compile(r"kabel|leitung|cable|\bwire\b|litze|draht")
_CURRENT_TYPE = re.compile(r"(?<![a-z])v? ?(dc|ac)\b|\b(gleichstrom|wechselstrom)\b")
_CURRENT_SIGNS = ("dc", "ac", "strom")
_SPLIT = re.compile(r" ?(?:/|(?<=[\d a-z])-|\.\.+|bis|to) ?")


def read_quantities(reading: Reading) -> None:
    """Note every quantity with a known unit; several values become a list, ranges a range."""
    for match in reading.take_sizes(_NOMINAL_PRESSURE, "pn"):
        reading.add("nominal_pressure_bar", float(match[1]))
    _read_cable(reading)
    _read_temperature(reading)
    for match in _CURRENT_TYPE.finditer(reading.text) if reading.holds(_CURRENT_SIGNS) else ():
        kind = match[1] or ("dc" if match[2] == "gleichstrom" else "ac")
        reading.add("current_type", kind.upper())
    for match in reading.take_sizes(_QUANTITY):
        _add(_BY_UNIT[match[2]], match[1], match[2], reading)


def _add(quantity: Quantity, stated: str, unit: str, reading: Reading) -> None:
    factor = quantity.factors[unit]
    if _FRACTION.match(stated):
        reading.add(f"{quantity.key}_{quantity.unit}", number(stated) * factor)
        return
    parts = [re.match(_NUM, part) for part in _SPLIT.split(stated)]
    values = [float(part.group()) * factor for part in parts if part]
    is_range = len(values) == 2 and "/" not in stated
    if is_range and values[0] < values[1]:
        reading.add(f"{quantity.key}_range_{quantity.unit}", *values)
    elif not is_range:
        reading.add(f"{quantity.key}_{quantity.unit}", *values)


def _read_cable(reading: Reading) -> None:
    """Read ``3x1.5mm2`` and, of a cable, ``5g2.5`` as conductors and their cross-section."""
    if not reading.has_digit:
        return
    is_cable = _CABLES.search(reading.text) is not None
    for match in _CABLE.finditer(reading.text):
        if match[4] or (is_cable and match[2] == "g"):
            reading.take_first(match)
            reading.add("cores", float(match[1]))
            reading.add("cross_section_mm2", float(match[3]))


def _read_temperature(reading: Reading) -> None:
    """Read degrees only where the name has their sign: 80C alone may be a type."""
    if not reading.has_digit or not _DEGREE.search(reading.written):
        return
    for match in reading.take_sizes(_TEMPERATURE):
        low, high = match[1], match[2]
        values = [_celsius(float(value), match[3]) for value in (low, high) if value]
        if len(values) == 2 and values[0] < values[1]:
            reading.add("temperature_range_c", *values)
        elif len(values) == 1:
            reading.add("temperature_c", values[0])


def _celsius(value: float, unit: str) -> float:
    return value if unit == "c" else (value - 32) * 5 / 9
