"""What the attributes of two parts have in common and where they contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.names.attributes.standards import is_same_standard
from catalog.parts import Attributes, AttributeValue

TOLERANCE = 0.01
"""Relative difference up to which numbers are equal."""
_ABSOLUTE = 1e-12
_AXES = (frozenset(("left", "right")), frozenset(("front", "rear")), frozenset(("upper", "lower")))
_GRADES = (
    frozenset(("A2", "1.4301", "1.4303", "1.4305", "1.4307", "AISI 304", "AISI 304L", "AISI 303")),
    frozenset(("A4", "1.4401", "1.4404", "1.4571", "AISI 316", "AISI 316L", "AISI 316TI")),
)
_KIND_OF = {"stainless_steel": "steel"}
_KIND_OF |= dict.fromkeys(("polyamide", "pom", "pvc", "ptfe", "abs", "peek", "pvdf"), "plastic")
_KIND_OF |= dict.fromkeys(("polypropylene", "polyethylene", "polyurethane"), "plastic")
_KIND_OF |= dict.fromkeys(("nbr", "hnbr", "fkm", "epdm", "sbr", "silicone"), "rubber")
_LABELLED_SIZES = (
    *("inner_diameter_mm", "outer_diameter_mm", "diameter_mm", "width_mm", "height_mm"),
    *("thickness_mm", "length_mm"),
)
_RANGE = "_range_"


@dataclass(frozen=True, slots=True)
class AttributeComparison:
    """``shared`` maps keys to what was wanted and found, ``conflicts`` to (wanted, found)."""

    shared: Mapping[str, AttributeValue] = field(default_factory=dict)
    conflicts: Mapping[str, tuple[AttributeValue, AttributeValue]] = field(default_factory=dict)


def compare_attributes(attributes: Attributes, other_attributes: Attributes) -> AttributeComparison:
    """Return what both state and agree on, and what both state and disagree on.

    Numbers agree within 1 %, lists where they overlap, a value and a range where it lies inside,
    standards where they describe the same part (DIN 933, ISO 4017).
    """
    shared: dict[str, AttributeValue] = {}
    conflicts: dict[str, tuple[AttributeValue, AttributeValue]] = {}
    for key, value, other_value, agree in _stated_by_both(attributes, other_attributes):
        if agree:
            shared[key] = value
        else:
            conflicts[key] = (value, other_value)
    return AttributeComparison(shared, conflicts)


def is_equal(key: str, value: AttributeValue, other_value: AttributeValue) -> bool:
    """Return whether two values of one key can be said of the same part."""
    if key == "side":
        return _same_side(texts_of(value), texts_of(other_value))
    if key == "dimensions_mm":
        return _same_sizes(_numbers(value), _numbers(other_value))
    if _RANGE in key:
        return _overlap(_numbers(value), _numbers(other_value))
    pairs = (
        (element, other_element)
        for element in _as_list(value)
        for other_element in _as_list(other_value)
    )
    return any(_same(key, element, other_element) for element, other_element in pairs)


def more_specific(value: AttributeValue, other_value: AttributeValue) -> AttributeValue:
    """Return of two values that agree the one that says more; the first where neither does."""
    if isinstance(value, list) or isinstance(other_value, list):
        return value if isinstance(value, list) else other_value
    if isinstance(value, str) and isinstance(other_value, str):
        return (
            other_value
            if _KIND_OF.get(other_value) == value or other_value.startswith(f"{value}-")
            else value
        )
    return value


def texts_of(value: AttributeValue) -> list[str]:
    """Return the texts of a value as a list."""
    return [text for text in _as_list(value) if isinstance(text, str)]


def _stated_by_both(
    attributes: Attributes, other_attributes: Attributes
) -> Iterator[tuple[str, AttributeValue, AttributeValue, bool]]:
    """Yield key, both values and whether they agree, each quantity once."""
    for key in dict.fromkeys(key.replace(_RANGE, "_") for key in attributes):
        name, _, unit = key.rpartition("_")
        range_key = f"{name}{_RANGE}{unit}"
        for stated_key, other_key in (
            (key, key),
            (range_key, range_key),
            (key, range_key),
            (range_key, key),
        ):
            if stated_key in attributes and other_key in other_attributes:
                value, other_value = attributes[stated_key], other_attributes[other_key]
                yield (
                    (stated_key if stated_key == other_key else key),
                    value,
                    other_value,
                    _agree(stated_key, other_key, value, other_value),
                )
                break
    if ("dimensions_mm" in attributes) != ("dimensions_mm" in other_attributes):
        chain, sizes = _sizes(attributes), _sizes(other_attributes)
        if len(chain) > 1 and len(sizes) > 1:
            yield "dimensions_mm", chain, sizes, _same_sizes(chain, sizes)


def _agree(key: str, other_key: str, value: AttributeValue, other_value: AttributeValue) -> bool:
    if key == other_key:
        return is_equal(key, value, other_value)
    values, bounds = (value, other_value) if _RANGE in other_key else (other_value, value)
    return any(_overlap([number], _numbers(bounds)) for number in _numbers(values))


def _sizes(attributes: Attributes) -> list[float]:
    if "dimensions_mm" in attributes:
        return _numbers(attributes["dimensions_mm"])
    return [
        size for key in _LABELLED_SIZES if key in attributes for size in _numbers(attributes[key])
    ]


def _same(key: str, value: str | float, other_value: str | float) -> bool:
    if not isinstance(value, str) and not isinstance(other_value, str):
        return math.isclose(value, other_value, rel_tol=TOLERANCE, abs_tol=_ABSOLUTE)
    text, other_text = str(value), str(other_value)
    if key == "standard":
        return is_same_standard(text, other_text)
    if key == "bearing":
        return _same_bearing(text, other_text)
    if key == "material":
        return (
            text == other_text
            or _KIND_OF.get(text) == other_text
            or _KIND_OF.get(other_text) == text
        )
    if key == "material_grade":
        return text == other_text or any({text, other_text} <= grades for grades in _GRADES)
    return text == other_text


def _same_bearing(bearing: str, other_bearing: str) -> bool:
    """A designation without seal stands for any of its bearings."""
    (base, _, seal), (other_base, _, other_seal) = (
        bearing.partition("-"),
        other_bearing.partition("-"),
    )
    return base == other_base and (seal == other_seal or not seal or not other_seal)


def _same_side(sides: list[str], other_sides: list[str]) -> bool:
    """Sides contradict each other on one axis only: front left and left do not."""
    for axis in _AXES:
        on_axis, other_on_axis = axis & set(sides), axis & set(other_sides)
        if on_axis and other_on_axis and not on_axis & other_on_axis:
            return False
    return any(axis & set(sides) and axis & set(other_sides) for axis in _AXES)


def _same_sizes(sizes: list[float], other_sizes: list[float]) -> bool:
    """Return whether the shorter chain is part of the longer one, in any order."""
    longer, shorter = (
        (other_sizes, sizes) if len(sizes) <= len(other_sizes) else (sizes, other_sizes)
    )
    unmatched = list(longer)
    for size in shorter:
        near = next(
            (
                candidate
                for candidate in unmatched
                if math.isclose(candidate, size, rel_tol=TOLERANCE)
            ),
            None,
        )
        if near is None:
            return False
        unmatched.remove(near)
    return True


def _overlap(numbers: list[float], other_numbers: list[float]) -> bool:
    """Return whether a range and a range, or a value and a range, meet."""
    low, high = max(min(numbers), min(other_numbers)), min(max(numbers), max(other_numbers))
    return low <= high or math.isclose(low, high, rel_tol=TOLERANCE)


def _as_list(value: AttributeValue) -> list[str | float]:
    return [*value] if isinstance(value, list) else [value]


def _numbers(value: AttributeValue) -> list[float]:
    return [number for number in _as_list(value) if not isinstance(number, str)]
