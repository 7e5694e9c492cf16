"""Standards a name cites, and which of them describe the same part."""

from __future__ import annotations

import re

from catalog.names.attributes.reading import Reading
from catalog.names.words.joining import STANDARDS

_NUMBERED = re.compile(rf"\b({STANDARDS})(\d+(?:-\d+)*)(?::\d{{4}})?(?![\w.])")
_LETTERED = re.compile(
    r"\b(ansi|astm|asme|sae|jis)(?:[/ ](?:ansi|asme))? ?([a-z]\d+(?:[.-]\d+)*)\b"
)
_AEROSPACE = re.compile(r"\b(as)[ -]?(568-\d+)\b")
_GRADES_NOT_STANDARDS = re.compile(r"^(din|en|iso)\d$")

# The same part by an old and a new standard; DIN product standards against ISO (DIN's own lists).
_SAME = """
DIN 1=ISO 2339 DIN 7=ISO 2338 DIN 84=ISO 1207 DIN 85=ISO 1580 DIN 94=ISO 1234 DIN 125=ISO 7089
DIN 125=ISO 7090 DIN 126=ISO 7091 DIN 417=ISO 7435 DIN 427=ISO 2342 DIN 433=ISO 7092
DIN 438=ISO 7436 DIN 439=ISO 4035 DIN 440=ISO 7094 DIN 551=ISO 4766 DIN 553=ISO 7434
DIN 555=ISO 4034 DIN 558=ISO 4018 DIN 601=ISO 4016 DIN 912=ISO 4762 DIN 913=ISO 4026
DIN 914=ISO 4027 DIN 915=ISO 4028 DIN 916=ISO 4029 DIN 931=ISO 4014 DIN 933=ISO 4017
DIN 934=ISO 4032 DIN 960=ISO 8765 DIN 961=ISO 8676 DIN 963=ISO 2009 DIN 964=ISO 2010
DIN 965=ISO 7046 DIN 966=ISO 7047 DIN 980=ISO 7042 DIN 982=ISO 7040 DIN 985=ISO 10511
DIN 1440=ISO 8738 DIN 1444=ISO 2341 DIN 1471=ISO 8744 DIN 1472=ISO 8745 DIN 1473=ISO 8740
DIN 1474=ISO 8741 DIN 1475=ISO 8742 DIN 1476=ISO 8746 DIN 1477=ISO 8747 DIN 1481=ISO 8752
DIN 3760=ISO 6194 DIN 3771=ISO 3601 DIN 6325=ISO 8734 DIN 6914=EN 14399-4 DIN 6915=EN 14399-4
DIN 6916=EN 14399-6 DIN 6921=EN 1665 DIN 6923=EN 1661 DIN 7343=ISO 8750 DIN 7346=ISO 13337
DIN 7971=ISO 1481 DIN 7972=ISO 1482 DIN 7973=ISO 1483 DIN 7976=ISO 1479 DIN 7977=ISO 8737
DIN 7978=ISO 8736 DIN 7979=ISO 8733 DIN 7981=ISO 7049 DIN 7982=ISO 7050 DIN 7983=ISO 7051
DIN 7985=ISO 7045 DIN 7991=ISO 10642 DIN 9021=ISO 7093 DIN 72581=ISO 8820
"""
_PAIR = re.compile(r"(\w+ [\d-]+)=(\w+ [\d-]+)")


def read_standards(reading: Reading) -> None:
    """Note the standards; a European or international one is named without its national prefix."""
    for match in reading.take_sizes(_NUMBERED):
        body, digits = match.groups()
        if not _GRADES_NOT_STANDARDS.match(body + digits) or body == "din":
            reading.add("standard", f"{body.upper()} {digits}")
    for pattern in (_LETTERED, _AEROSPACE):
        for match in reading.take_sizes(pattern, "ansi", "astm", "asme", "sae", "jis", "as"):
            body, number = match.groups()
            joint = "" if body == "as" else " "
            reading.add("standard", f"{body.upper()}{joint}{number.upper()}")


def is_same_standard(standard: str, other_standard: str) -> bool:
    """Return whether two standards describe the same part (DIN 933 and ISO 4017)."""
    bare, other_bare = _without_part_1(standard), _without_part_1(other_standard)
    return bare == other_bare or other_bare in same_standards(bare)


def same_standards(standard: str) -> tuple[str, ...]:
    """Return the other standards that describe the same part, sorted; empty where none is known."""
    return _EQUIVALENTS.get(standard, ())


def _without_part_1(standard: str) -> str:
    return standard.removesuffix("-1")


def _equivalents() -> dict[str, tuple[str, ...]]:
    equivalents: dict[str, set[str]] = {}
    for standard, other_standard in _PAIR.findall(_SAME):
        equivalents.setdefault(standard, set()).add(other_standard)
        equivalents.setdefault(other_standard, set()).add(standard)
    return {standard: tuple(sorted(others)) for standard, others in equivalents.items()}


_EQUIVALENTS = _equivalents()
