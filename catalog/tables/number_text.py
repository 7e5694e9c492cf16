"""A number cell's text as the spreadsheet shows it, wherever that loses nothing of the number.

Excel stores ``007`` shown by the format ``000`` as 7, and 1.10 as 1.1000000000000001.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

EXACT_DIGITS = 15
"""Digits of a number that Excel keeps."""
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ZEROS = re.compile(r"[0#][0# \-./()_:A-Z]*$")
_DECIMALS = re.compile(r"(0+)\.(0+)$")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_PLACEHOLDER = "\x00"

Kind = Literal["general", "date", "scientific", "places", "decimals"]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a style shows numbers; ``pattern`` holds NUL for each digit of a ``places`` format."""

    kind: Kind = "general"
    pattern: str = ""
    whole: int = 0
    decimals: int = 0

    @classmethod
    def of(cls, number: int, code: str | None) -> NumberFormat:
        """Return the format with that id, or of that code where the workbook defines it."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        code = code if code is not None else BUILTIN_FORMATS.get(number, _cjk_date(number))
        if is_date_format(code):
            return cls("date")
        section = _BRACKETS.sub("", code.split(";")[0])
        bare = _LITERAL.sub("", section)
        if "E" in bare.upper() and "GENERAL" not in bare.upper():
            return cls("scientific")
        if match := _DECIMALS.fullmatch(section):
            return cls("decimals", whole=len(match[1]), decimals=len(match[2]))
        return _places(section, bare)

    def text(self, raw: str) -> tuple[str, str | None]:
        """Return the text of a stored number, and the doubt if any; ValueError if it is none.

        A ``date`` format is not shown here: its number has to be turned into a date first.
        """
        if raw.isdecimal() and raw.isascii() and len(raw) <= EXACT_DIGITS and raw[0] != "0":
            number, shown = float(raw), raw
        else:
            number = float(raw) if _NUMBER.fullmatch(raw) else math.inf
            if not math.isfinite(number):
                raise ValueError(f"{raw[:20]!r} is no number a cell can hold")
            shown = plain_number(raw if raw.lstrip("+-").isdecimal() else number)
        if self.kind == "places" and number >= 0 and number.is_integer():
            shown = self._placed(shown)
        elif self.kind == "decimals":
            fixed = f"{number:0{self.whole + self.decimals + 1}.{self.decimals}f}"
            shown = fixed if float(fixed) == number else shown
        if self.kind == "scientific":
            return shown, "scientific"
        return shown, "digits_lost" if abs(number) >= 10**EXACT_DIGITS else None

    def _placed(self, digits: str) -> str:
        """Lay the digits out from the right; what is left over goes in front of the first place."""
        shown, rest = [], digits.rjust(self.whole, "0")
        places_left = self.pattern.count(_PLACEHOLDER)
        for sign in reversed(self.pattern):
            if sign != _PLACEHOLDER:
                shown.append(sign)
                continue
            places_left -= 1
            shown.append(rest if places_left == 0 else rest[-1:])
            rest = "" if places_left == 0 else rest[:-1]
        return "".join(reversed(shown))


def plain_number(value: float | str) -> str:
    """Return a number without exponent and without ``.0``, to the 15 digits that are kept."""
    if isinstance(value, str):
        return str(int(value))
    if value.is_integer():
        return str(int(value))
    return format(Decimal(format(value, f".{EXACT_DIGITS}g")), "f")


def _places(section: str, bare: str) -> NumberFormat:
    """Return the format of whole numbers with fixed places and literals, such as ``00000``."""
    if not _ZEROS.fullmatch(bare) or "." in bare or "/" in bare or not bare.strip("# "):
        return NumberFormat()
    fenced = _LITERAL.sub(lambda match: f"\x01{match[1] or match[2] or ' '}\x01", section)
    parts = fenced.split("\x01")
    parts[::2] = [part.replace("0", _PLACEHOLDER).replace("#", "") for part in parts[::2]]
    pattern = "".join(parts)
    places = sum(part.count(_PLACEHOLDER) for part in parts[::2])
    return NumberFormat("places", pattern, whole=places) if places else NumberFormat()


def _cjk_date(number: int) -> str:
    """Built-in formats 27-36 and 50-58 are dates in East Asian Excels, without a code of their own."""
    return "yyyy-mm-dd" if 27 <= number <= 36 or 50 <= number <= 58 else "General"
