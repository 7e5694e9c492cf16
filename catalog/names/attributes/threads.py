"""Threads: metric, pipe, trapezoidal, unified inch."""

from __future__ import annotations

import re

from catalog.names.attributes.reading import Reading, kinds, number

_COARSE = {1: 0.25, 1.2: 0.25, 1.6: 0.35, 2: 0.4, 2.5: 0.45, 3: 0.5, 3.5: 0.6, 4: 0.7, 5: 0.8, 6: 1}
_COARSE |= {7: 1, 8: 1.25, 10: 1.5, 12: 1.75, 14: 2, 16: 2, 18: 2.5, 20: 2.5, 22: 2.5, 24: 3, 27: 3}
_COARSE |= {30: 3.5, 33: 3.5, 36: 4, 39: 4, 42: 4.5, 45: 4.5, 48: 5, 52: 5, 56: 5.5, 60: 5.5, 64: 6}
"""Coarse pitches in mm by nominal diameter, ISO 261."""
_FINE = (0.2, 0.25, 0.35, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
_FINEST_SHARE, _COARSEST_SHARE = 1 / 40, 1 / 5
MM_PER_INCH = 25.4
_MAX_LENGTH = 6000.0
_MAX_DIAMETER = 160.0

_NUM = r"\d+(?:\.\d+)?"
_METRIC = re.compile(
    rf"(?<![\w.])m({_NUM})(?:x({_NUM}))?(?:x({_NUM}))?(?:-(lh))?(?![\w.]*\d|[a-z])"
)
_PIPE = re.compile(r"(?<![\w.])(rp|rc|g|r)(\d(?:-\d)?/\d{1,2}|\d-\d/\d)(?:in\b)?(?![\w/])")
_PIPE_WHOLE = re.compile(r"(?<![\w.])(rp|rc|g|r) ?([1-6])(?:in\b)?(?![\w/.-])")
_BSP = re.compile(r"(?<![\w.])(\d(?:-\d/\d|/\d{1,2})?)(?:in)? ?(bspp|bspt|bsp)\b")
_NPT = re.compile(
    r"(?<![\w.])(\d(?:-\d/\d|/\d{1,2})?)(?:in)?[ -]?(nptf?)\b"
    r"|\b(nptf?) ?(\d(?:-\d/\d|/\d{1,2})?)(?:in\b)?(?![\w/])"
)
_UNIFIED = re.compile(
    r"(?<![\w.])(#?\d{1,2}|\d/\d{1,2}|\d-\d/\d)(?:in)?-(\d{1,2})[ -]?(unc|unf|unef|uns)(?:-?\d[ab])?\b"
    r"(?: ?x ?(\d(?:-\d/\d{1,2}|/\d{1,2}|\.\d+)?)in\b)?"
)
_TRAPEZOIDAL = re.compile(rf"(?<![\w.])tr({_NUM})x({_NUM})(?:x({_NUM}))?(?![\w.])")
_CONDUIT = re.compile(r"(?<![\w.])pg ?(7|9|11|13\.5|16|21|29|36|42|48)(?![\w.])")
_LEFT_HAND = re.compile(r"\blinksgewinde\b|\bleft[ -]hand(?:ed)? thread\b|\blh thread\b")
_FITTINGS = kinds(
    "hahn ventil verschraubung nippel muffe gewinde anschluss stopfen winkel bogen rohr filter manometer"
    " valve fitting thread plug nipple coupling elbow pipe regulator gauge"
)


def read_threads(reading: Reading) -> None:
    """Note threads, and the length behind a metric one."""
    if reading.take(_LEFT_HAND, "thread", "gewinde"):
        reading.add("thread_hand", "left")
    for match in reading.take_sizes(_TRAPEZOIDAL, "tr"):
        diameter, pitch, length = match.groups()
        reading.add("thread", f"Tr{diameter}x{pitch}")
        if length:
            reading.add("length_mm", float(length))
    _read_inch_threads(reading)
    for match in reading.take_sizes(_METRIC, "m"):
        _read_metric(match, reading)


def _read_inch_threads(reading: Reading) -> None:
    for match in reading.take_sizes(_UNIFIED, "un"):
        reading.add("thread", f"{match[1]}-{match[2]} {match[3].upper()}")
        if match[4]:
            reading.add("length_mm", number(match[4]) * MM_PER_INCH)
    for match in reading.take_sizes(_NPT, "npt"):
        size, kind = (match[1], match[2]) if match[1] else (match[4], match[3])
        reading.add("thread", f"{size} {kind.upper()}")
    for match in reading.take_sizes(_BSP, "bsp"):
        reading.add("thread", ("R" if match[2] == "bspt" else "G") + match[1])
    patterns = (_PIPE, _PIPE_WHOLE) if reading.is_any(_FITTINGS) else (_PIPE,)
    for pattern in patterns:
        for match in reading.take_sizes(pattern, "g", "r"):
            reading.add("thread", match[1].capitalize() + match[2])
    for match in reading.take_sizes(_CONDUIT, "pg"):
        reading.add("thread", f"Pg{match[1]}")


def _read_metric(match: re.Match[str], reading: Reading) -> None:
    diameter = float(match[1])
    if not 1 <= diameter <= _MAX_DIAMETER or (diameter not in _COARSE and not match[2]):
        return
    sizes = [float(size) for size in match.groups()[1:3] if size]
    pitch = sizes.pop(0) if sizes and _is_pitch(diameter, sizes[0], len(sizes) > 1) else None
    coarse = pitch is None or pitch == _COARSE.get(diameter)
    reading.add("thread", f"M{diameter:g}" if coarse else f"M{diameter:g}x{pitch:g}")
    if match[4]:
        reading.add("thread_hand", "left")
    if len(sizes) == 1 and diameter / 2 <= sizes[0] <= _MAX_LENGTH:
        reading.add("length_mm", sizes[0])


def _is_pitch(diameter: float, size: float, has_length: bool) -> bool:
    """Tell M8x1 (pitch) from M8x20 (length): pitches are few, small, and smaller than any length.

    What is neither (M12x4) is no length either, since screws are longer than half their diameter.
    """
    if size == _COARSE.get(diameter):
        return True
    share = size / diameter
    return size in _FINE and (share <= _COARSEST_SHARE or has_length) and share >= _FINEST_SHARE
