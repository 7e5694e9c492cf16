"""Weights as tables write them, in kilograms."""

from __future__ import annotations

import math
import re

MAX_WEIGHT_KG = 1e7
"""A heavier part is taken for a mistake."""
_KG_PER = {"": 1.0, "kg": 1.0, "kgs": 1.0, "kilo": 1.0, "kilogramm": 1.0, "kilogram": 1.0}
_KG_PER |= {"g": 1e-3, "gr": 1e-3, "gramm": 1e-3, "gram": 1e-3, "grams": 1e-3, "mg": 1e-6}
_KG_PER |= {"t": 1e3, "to": 1e3, "lb": 0.45359237, "lbs": 0.45359237, "oz": 0.028349523125}
_WEIGHT = re.compile(
    r"(\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?|[.,]\d+)(e[+-]?\d{1,2})?\s*([a-z]*)\.?", re.I
)
_THOUSANDS = re.compile(r"(?<=\d)[' ](?=\d{3})")


def parse_weight(text: str) -> float | None:
    """Return a weight in kg, or None for what is no weight above 0 and up to MAX_WEIGHT_KG.

    A number without a unit is in kg. A single point or comma is the decimal one, whatever stands
    behind it: in this column 1,234 and 1.234 are both a bit more than one kilogram.
    """
    match = _WEIGHT.fullmatch(text.strip())
    if match is None or match[3].lower() not in _KG_PER:
        return None
    number = _decimal(match[1])
    if number is None:
        return None
    weight = float(number + (match[2] or "")) * _KG_PER[match[3].lower()]
    return (
        float(f"{weight:.12g}") if math.isfinite(weight) and 0 < weight <= MAX_WEIGHT_KG else None
    )


def _decimal(number: str) -> str | None:
    """Return the number with a point; of two kinds of separators the last one is the decimal one."""
    joined = _THOUSANDS.sub("", number)
    points, commas = joined.count("."), joined.count(",")
    if points > 1 and commas > 1:
        return None
    if points and commas:
        thousands = "," if joined.rfind(".") > joined.rfind(",") else "."
        joined = joined.replace(thousands, "")
    elif points > 1 or commas > 1:
        return joined.replace(".", "").replace(",", "")
    return joined.replace(",", ".")
