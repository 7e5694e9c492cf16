"""Filters as people write them: ``family=Bolts``, ``thread=M8,M10``, ``length_mm=20..40``, ``has=image``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from catalog.errors import UnknownName, UsageError
from catalog.name_value import NameValueForm, split_names
from catalog.store.filters import (
    AnyOf,
    Between,
    Condition,
    Either,
    Equals,
    HasVector,
    IsMissing,
    Not,
    every,
)

TEXT_KEYS = ("part_number", "name_de", "name_en", "family", "subfamily", "entity", "views.file")
NUMBER_KEYS = ("weight_kg", "measured.length_mm", "measured.width_mm")
"""``measured`` is what a ruler in a photo told; names tell ``length_mm``."""
TEXT_ATTRIBUTES = (
    *("standard", "thread", "thread_hand", "material", "material_grade", "finish"),
    *("strength_class", "bearing", "bearing_clearance", "side", "color", "ip_class"),
    "current_type",
)
PLAIN_NUMBERS = ("quantity", "cores", "hardness_shore")
NUMBER_UNITS = (
    *("mm", "mm2", "in", "bar", "v", "a", "w", "va", "c", "nm", "n", "hz", "rpm"),
    *("l", "min", "kg", "ohm", "f", "ah"),
)
"""A size is a number in the unit its key ends with: ``length_mm``, ``voltage_v``."""
VECTORS = ("image", "views", "name_de", "name_en", "description", "terms")
PAYLOAD = ("family", "subfamily", "entity", "weight_kg", "attributes", "measured", "review")

_FORM = re.compile(r"\s*([\w.-]+)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*", re.DOTALL)
_FILTER = NameValueForm(
    "a filter", "key=value, key=a,b, key!=value, key>=1, key<=5, key=1..5 or has=image"
)
_TEXTS = "key=value, key=a,b or key!=value"
_NUMBERS = "key=1, key=1,2, key!=1, key>=1, key<=5 or key=1..5"
_HAS = NameValueForm("has", "has=image or has!=image")


def parse_filters(texts: Iterable[str]) -> Condition | None:
    """Return the conditions joined with AND, None without any. See ``parse_filter``."""
    return every([parse_filter(text) for text in texts])


def parse_filter(text: str) -> Condition:
    """Return the condition that ``text`` writes.

    ``key=a,b`` is any of them, ``key=1..5`` both bounds inclusive and either left out, ``has=image``
    asks for a vector or a payload key. Attributes go by their own key (``thread=M8``), clusters by
    ``clusters.<run>=3``. Raises UnknownName for another key and UsageError for another form.
    """
    match = _FORM.fullmatch(text)
    if match is None or not match[3]:
        raise _FILTER.refused(text)
    key, operator, value = match.groups()
    if key == "has":
        return _has(operator, value, text)
    path, numeric = _path(key)
    if operator == "!=":
        return Not(_one_of(path, value, text, numeric=numeric))
    if operator == "=":
        return _one_of(path, value, text, numeric=numeric)
    if not numeric or operator not in (">=", "<="):
        raise NameValueForm(repr(key), _NUMBERS if numeric else _TEXTS).refused(text)
    number = _number(value, text)
    return Between(path, low=number) if operator == ">=" else Between(path, high=number)


def _has(operator: str, value: str, text: str) -> Condition:
    if operator not in ("=", "!="):
        raise _HAS.refused(text)
    if value not in (*VECTORS, *PAYLOAD):
        raise UnknownName("thing to have", value, {*VECTORS, *PAYLOAD})
    condition: Condition = HasVector(value) if value in VECTORS else Not(IsMissing(value))
    return condition if operator == "=" else Not(condition)


def _path(key: str) -> tuple[str, bool]:
    # The payload path of a key, and whether it holds numbers.
    name = key.removeprefix("attributes.")
    if key in TEXT_KEYS:
        return key, False
    if key in NUMBER_KEYS or re.fullmatch(r"clusters\.[\w.-]+", key):
        return key, True
    if name in TEXT_ATTRIBUTES:
        return f"attributes.{name}", False
    if name in PLAIN_NUMBERS or (
        re.fullmatch(r"\w+_\w+", name) and name.rsplit("_", 1)[1] in NUMBER_UNITS
    ):
        return f"attributes.{name}", True
    sizes = ("length_mm", "diameter_mm", "voltage_v", "power_w")
    keys = (*TEXT_KEYS, *NUMBER_KEYS, *TEXT_ATTRIBUTES, *PLAIN_NUMBERS, *sizes)
    raise UnknownName("filter key", key, (*keys, "clusters.<run>", "has"))


def _one_of(path: str, value: str, text: str, *, numeric: bool) -> Condition:
    if numeric:
        return _numbers(path, value, text)
    values = tuple(split_names(value))
    if not values:
        raise _FILTER.refused(text)
    return Equals(path, values[0]) if len(values) == 1 else AnyOf(path, values)


def _numbers(path: str, value: str, text: str) -> Condition:
    low, dots, high = value.partition("..")
    if dots:
        bounds = [_number(bound, text) if bound.strip() else None for bound in (low, high)]
        if bounds == [None, None]:
            raise UsageError(f"a range needs a bound: 1..5, 1.. or ..5; got {text!r}")
        return Between(path, *bounds)
    numbers = [_number(part, text) for part in value.split(",")]
    conditions = tuple(Between(path, number, number) for number in numbers)
    return conditions[0] if len(conditions) == 1 else Either(conditions)


def _number(value: str, text: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{value.strip()!r} is no number (decimal point, no unit); got {text!r}")
    return number
