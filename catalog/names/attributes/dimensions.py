"""Lengths, widths, diameters and chains of them such as 20x30x7."""

from __future__ import annotations

import re

from catalog.names.attributes.reading import Reading, kinds, number
from catalog.names.attributes.threads import MM_PER_INCH

_MM_PER = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": MM_PER_INCH, "": 1.0}
_NUM = r"\d+(?:\.\d+)?"
_INCH = r"\d+(?:\.\d+)?(?:-\d/\d{1,2}|/\d{1,2})?"
_UNIT = r"mm|cm|m|in"

# Nouns stand before their number, or behind it when no other follows; adjectives behind it only.
_NOUNS = {
    "length_mm": r"laenge|length|lg(?=\.|=)",
    "width_mm": r"breite|width",
    "height_mm": r"hoehe|height",
    "thickness_mm": r"dicke|staerke|thickness|thk",
    "inner_diameter_mm": r"innen ?durchmesser|innen-?ø|inner diameter|inside diameter|bore|id|di",
    "outer_diameter_mm": r"aussen ?durchmesser|aussen-?ø|outer diameter|outside diameter|od|da",
    "diameter_mm": r"durchmesser|diameter|diam|dia|dm|dmr|ø",
}
_LETTERS = {"length_mm": "l", "width_mm": "[bw]", "height_mm": "h", "thickness_mm": "s"}
_LETTERS |= {"diameter_mm": "d"}
_ADJECTIVES = {
    "length_mm": r"lang|lg|long",
    "width_mm": r"breit|wide",
    "height_mm": r"hoch|high",
    "thickness_mm": r"dick|stark|thick",
}
_WRENCH = re.compile(rf"\b(?:sw|schluesselweite|across flats) ?({_NUM})(?:mm)?(?![\w.])")
_NOMINAL = re.compile(rf"\b(?:dn|nennweite|nw) ?({_NUM})(?:mm)?(?![\w.])")
_CHAIN = re.compile(rf"(?<![\w./-])(ø?)({_NUM}(?:x{_NUM}){{1,3}})({_UNIT})?(?![\w/]|\.\d|-\d)")
_INCH_CHAIN = re.compile(rf"(?<![\w./-])({_INCH})in ?x ?({_INCH})in\b")
_SINGLE = re.compile(rf"(?<![\w./+-])({_NUM})(mm|cm|m)(?![\w/-]|\.\d)")
_SINGLE_INCH = re.compile(rf"(?<![\w./+-])({_INCH})in(?![\w/]|\.\d)")

_SEALS = kinds("wellendichtring radialwellendichtring simmerring simmering wdr rwdr")
_SHAFT_SEAL = re.compile(r"\b(?:shaft|oil|rotary|lip) (?:shaft )?seals?\b|\bseal rings?\b")
_BEARINGS = kinds("lager kugellager bearing bearings bushing bush buchse gleitlager")
_WASHERS = kinds("unterlegscheibe unterleg passscheibe karosseriescheibe washer washers uscheibe")
_RINGS = kinds("oring rundring orings")
_FLAT_RINGS = kinds("dichtring kupferring curing")
_PINS = kinds(
    "stift spannstift bolzen niet niete blindniet blindniete nagel splint schraube sicherung"
    " pin pins rivet rivets nail nails dowel screw screws bolt bolts fuse fuses"
)
_KEY = re.compile(r"\bpassfedern?\b|\b(?:feather|parallel) keys?\b")


def read_dimensions(reading: Reading) -> None:
    """Note labelled sizes first, then chains, then single sizes."""
    for match in reading.take_sizes(_WRENCH, "sw", "schluesselweite", "across"):
        reading.add("wrench_size_mm", float(match[1]))
    for match in reading.take_sizes(_NOMINAL, "dn", "nw", "nennweite"):
        reading.add("nominal_diameter_mm", float(match[1]))
    for match in reading.take_sizes(_CHAIN, "x"):
        _read_chain(match, reading)
    has_label = reading.has_digit and _ANY_LABEL.search(reading.text)
    for key, pattern in _LABELLED if has_label else ():
        for match in reading.take_sizes(pattern):
            reading.add(key, number(match[1]) * _MM_PER[match[2] or ""])
    for match in reading.take_sizes(_INCH_CHAIN, "in"):
        reading.add("size_in", number(match[1]), number(match[2]))
    _read_single(reading)


def _read_chain(match: re.Match[str], reading: Reading) -> None:
    per_unit = _MM_PER[match[3] or ""]
    sizes = [float(size) * per_unit for size in match[2].split("x")]
    keys = _chain_keys(sizes, reading)
    for key, size in zip(keys, sizes, strict=False):
        reading.add(key, size)
    if not keys and "dimensions_mm" not in reading.found:
        reading.add("dimensions_mm", *sizes)
    if match[1] and not keys:
        reading.add("diameter_mm", sizes[0])


def _chain_keys(sizes: list[float], reading: Reading) -> tuple[str, ...]:
    """Return what each size is where the kind of part settles it."""
    if len(sizes) == 3:
        return _three_keys(sizes, reading)
    if len(sizes) == 2 and reading.is_any(_RINGS) and sizes[1] < sizes[0]:
        return ("inner_diameter_mm", "thickness_mm")
    if len(sizes) == 2 and reading.is_any(_FLAT_RINGS) and sizes[0] < sizes[1]:
        return ("inner_diameter_mm", "outer_diameter_mm")
    if len(sizes) == 2 and reading.is_any(_PINS) and sizes[0] < sizes[1]:
        return ("diameter_mm", "length_mm")
    return ()


def _three_keys(sizes: list[float], reading: Reading) -> tuple[str, ...]:
    first, second, third = sizes
    if _KEY.search(reading.text) and third >= first:
        return ("width_mm", "height_mm", "length_mm")
    if not first < second:
        return ()
    if reading.is_any(_SEALS) or _SHAFT_SEAL.search(reading.text) or reading.is_any(_BEARINGS):
        return ("inner_diameter_mm", "outer_diameter_mm", "width_mm")
    flat = reading.is_any(_WASHERS) or reading.is_any(_FLAT_RINGS)
    if flat and third < first:
        return ("inner_diameter_mm", "outer_diameter_mm", "thickness_mm")
    return ()


def _read_single(reading: Reading) -> None:
    """A size in metres is a length; one in millimetres or inches without a label is just a size."""
    for match in reading.take_sizes(_SINGLE, "m"):
        if match[2] == "m":
            reading.add("length_mm", float(match[1]) * 1000)
        else:
            reading.add("size_mm", float(match[1]) * _MM_PER[match[2]])
    for match in reading.take_sizes(_SINGLE_INCH, "in"):
        reading.add("size_in", number(match[1]))


def _before(key: str) -> re.Pattern[str]:
    """Match ``laenge 20mm``; one letter needs a sign: ``l=20``."""
    label = rf"(?<!\w)(?:{_NOUNS[key]})[ .:=]*"
    if key in _LETTERS:
        label += rf"|\b{_LETTERS[key]} ?[=:] ?"
    return re.compile(rf"(?:{label})({_INCH})({_UNIT})?(?![\w/]|\.\d)")


def _behind(key: str) -> re.Pattern[str]:
    """Match ``20mm lang``, ``12mm durchmesser``."""
    label = rf"(?:{_NOUNS[key]})(?![ .:=]*\d)"
    if key in _ADJECTIVES:
        label += rf"|(?:{_ADJECTIVES[key]})"
    return re.compile(rf"(?<![\w./-])({_INCH})({_UNIT})? ?(?:{label})(?!\w)")


_ANY_LABEL = re.compile("|".join((*_NOUNS.values(), *_ADJECTIVES.values(), r"\b[lbwhsd] ?[=:]")))
_LABELLED = tuple((key, _before(key)) for key in _NOUNS) + tuple(
    (key, _behind(key)) for key in _NOUNS
)
