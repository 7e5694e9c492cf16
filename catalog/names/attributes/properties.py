"""What else a name says in words or codes: side, colour, bearing, protection class, quantity."""

from __future__ import annotations

import re

from catalog.names.attributes.reading import Reading, alternatives, kinds
from catalog.names.language import guess_language

_SIDE = alternatives(
    {
        "left": r"links|linke[rsn]?|li|left|lh|l/h",
        "right": r"rechts|rechte[rsn]?|re|right|rh|r/h",
        "front": r"vorne?|vorder\w*|vo|front|frt",
        "rear": r"hinten|hinter\w*|hi|rear|rr",
        "upper": r"oben|ober(?:e[rsn]?|teil)|upper|upr",
        "lower": r"unten|unter(?:e[rsn]|teil)|lower|lwr",
    },
    r"(?<![\w-])",
    r"(?![\w-])",
)
_GERMAN_SIDES = frozenset(("links", "li", "re", "vo", "hi"))
_NO_SIDE = re.compile(
    r"\bright[ -]angled?\b|\bleft[ -]hand thread\b|\bli-?ion\b|\brear[ -]view\b|\bre-\w+"
)
_NO_SIDE_SIGNS = ("right", "left", "ion", "rear", "re-")
_HANDED = re.compile(r"(?<![\w])(?:lh|rh)(?![\w])")

_COLOR = alternatives(
    {
        "black": r"schwarz\w{0,2}|black|blk",
        "white": r"weiss(?:e[mnrs]?)?|white|wht",
        "grey": r"(?:licht|hell|dunkel)?grau(?:e[mnrs]?)?|gr[ae]y",
        "red": r"rot(?:e[mnrs]?)?|red",
        "blue": r"blau(?:e[mnrs]?)?|blue",
        "green": r"gruen(?:e[mnrs]?)?|green|grn",
        "yellow": r"gelb(?:e[mnrs]?)?|yellow|yel",
        "orange": r"orangen?",
        "brown": r"braun(?:e[mnrs]?)?|brown",
        "violet": r"violett(?:e[mnrs]?)?|violet|lila|purple",
        "beige": r"beige[nrs]?",
        "transparent": r"transparent(?:e[mnrs]?)?|durchsichtig\w*",
    },
    r"(?<![\w-])",
    r"(?!\w)",
)
_NO_COLOR = re.compile(r"\bblack oxide\b|\bred(?:uz| brass)\b|\brot-weiss\b")
_NO_COLOR_SIGNS = ("black oxide", "red", "rot-weiss")
_RAL = re.compile(r"\bral[ -]?(\d{4})\b")

_IP = re.compile(r"\bip ?-?([0-6x][0-9x]k?)\b")
_PIECES = r"stk|stck|stueck|st\.|pcs|pieces?|pc|ea"
_QUANTITY = re.compile(
    rf"(?<![\w./x-])(\d{{1,6}})(?: |-)?(?:{_PIECES})(?!\w)"
    r"|\b(?:qty|quantity|menge|vpe|anzahl|pack of|set of|box of|satz von)[ .:=]*(\d{1,6})(?![\w.,])"
    r"|(?<![\w./-])(\d{1,6})(?:er)?[ -](?:pack|packung|set)\b"
)
_POLES = re.compile(r"(?<![\w./])(\d{1,2})[ -]?(?:-?polige?[rs]?|p(?:ole|in)s?)(?!\w)")

_SEALED = {"2rs": "2RS", "2rs1": "2RS", "2rsr": "2RS", "2rsh": "2RS", "ddu": "2RS", "llu": "2RS"}
_SEALED |= {"zz": "2Z", "2z": "2Z", "2zr": "2Z", "rs": "RS", "rs1": "RS", "z": "Z"}
_SERIES = (
    r"6[0-4]\d{2}|6[0-4]\d|60\d|62\d|63\d|68\d|69\d|6[89]\d{2}|16\d{3}|62[23]\d{2}|63[23]\d{2}|7[0-4]\d{2}b?e?p?"
    r"|[12][23]\d{2}|22\d{3}|23\d{3}|29\d{3}|3[0-3]\d{3}|3[23]\d{2}|5[12]\d{3}|81\d{3}"
    r"|n[ujf]?p?\d{3,4}|na\d{4}|hk\d{4}|bk\d{4}|uc[fplt]{0,2}\d{3}"
)
_BEARING = re.compile(
    rf"(?<![\w./])({_SERIES})(?:[ -]?({'|'.join(sorted(_SEALED, key=len, reverse=True))}))?"
    r"(?:[ /-]?(c[2-5]))?(?![\w.])"
)
_BEARINGS = kinds("lager kugellager bearing bearings rillenkugellager skf fag nsk ntn ina")


def read_properties(reading: Reading) -> None:
    """Note protection class, quantity, poles, side and colour."""
    for match in reading.take_sizes(_IP, "ip"):
        reading.add("ip_class", f"IP{match[1].upper()}")
    for match in reading.take_sizes(_QUANTITY):
        reading.add("quantity", float(next(group for group in match.groups() if group)))
    for match in reading.take_sizes(_POLES, "p"):
        reading.add("poles", float(match[1]))
    _read_sides(reading)
    _read_colors(reading)


def read_bearing(reading: Reading) -> None:
    """Note rolling bearing designations; a bare number counts only beside the word for a bearing."""
    if not reading.has_digit:
        return
    is_bearing = reading.is_any(_BEARINGS)
    for match in _BEARING.finditer(reading.text):
        base, seal, clearance = match.groups()
        if not seal and not is_bearing:
            continue
        reading.take_first(match)
        designation = base.upper() + (f"-{_SEALED[seal]}" if seal else "")
        reading.add("bearing", designation)
        if clearance:
            reading.add("bearing_clearance", clearance.upper())


def _read_sides(reading: Reading) -> None:
    text = reading.text
    if reading.holds(_NO_SIDE_SIGNS):
        text = _NO_SIDE.sub(" ", text)
    if "thread" in reading.found:
        text = _HANDED.sub(" ", text)
    for match in _SIDE.finditer(text):
        # Chain links are no left ones.
        if match.group() not in _GERMAN_SIDES or guess_language(reading.written) != "en":
            reading.add("side", str(match.lastgroup))


def _read_colors(reading: Reading) -> None:
    for match in reading.take_sizes(_RAL, "ral"):
        reading.add("color_ral", f"RAL {match[1]}")
    text = reading.text
    if reading.holds(_NO_COLOR_SIGNS):
        text = _NO_COLOR.sub(" ", text)
    for match in _COLOR.finditer(text):
        reading.add("color", str(match.lastgroup))
