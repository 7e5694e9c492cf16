"""What the attributes of two parts have in common and where they contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from partscope.names.attributes.standards import is_same_standard
from partscope.parts import Attributes, AttributeValue

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


def compare_attributes(wanted: Attributes, found: Attributes) -> AttributeComparison:
    """Return what both state and agree on, and what both state and disagree on.

    Numbers agree within 1 %, lists where they overlap, a value and a range where it lies inside,
    standards where they describe the same part (DIN 933, ISO 4017).
    """
    shared: dict[str, AttributeValue] = {}
    conflicts: dict[str, tuple[AttributeValue, AttributeValue]] = {}
    for key, value, other, agree in _stated_by_both(wanted, found):
        if agree:
            shared[key] = value
        else:
            conflicts[key] = (value, other)
    return AttributeComparison(shared, conflicts)


def is_equal(key: str, one: AttributeValue, other: AttributeValue) -> bool:
    """Return whether two values of one key can be said of the same part."""
    if key == "side":
        return _same_side(texts_of(one), texts_of(other))
    if key == "dimensions_mm":
        return _same_sizes(_numbers(one), _numbers(other))
    if _RANGE in key:
        return _overlap(_numbers(one), _numbers(other))
    pairs = ((mine, theirs) for mine in _as_list(one) for theirs in _as_list(other))
    return any(_same(key, mine, theirs) for mine, theirs in pairs)


def more_specific(one: AttributeValue, other: AttributeValue) -> AttributeValue:
    """Return of two values that agree the one that says more; the first where neither does."""
    if isinstance(one, list) or isinstance(other, list):
        return one if isinstance(one, list) else other
    if isinstance(one, str) and isinstance(other, str):
        return other if _KIND_OF.get(other) == one or other.startswith(f"{one}-") else one
    return one


def texts_of(value: AttributeValue) -> list[str]:
    """Return the texts of a value as a list."""
    return [each for each in _as_list(value) if isinstance(each, str)]


def _stated_by_both(
    wanted: Attributes, found: Attributes
) -> Iterator[tuple[str, AttributeValue, AttributeValue, bool]]:
    """Yield key, wanted, found and whether they agree, each quantity once."""
    for key in dict.fromkeys(key.replace(_RANGE, "_") for key in wanted):
        name, _, unit = key.rpartition("_")
        ranged = f"{name}{_RANGE}{unit}"
        for mine, theirs in ((key, key), (ranged, ranged), (key, ranged), (ranged, key)):
            if mine in wanted and theirs in found:
                one, other = wanted[mine], found[theirs]
                yield (
                    (mine if mine == theirs else key),
                    one,
                    other,
                    _agree(mine, theirs, one, other),
                )
                break
    if ("dimensions_mm" in wanted) != ("dimensions_mm" in found):
        chain, sizes = _sizes(wanted), _sizes(found)
        if len(chain) > 1 and len(sizes) > 1:
            yield "dimensions_mm", chain, sizes, _same_sizes(chain, sizes)


def _agree(mine: str, theirs: str, one: AttributeValue, other: AttributeValue) -> bool:
    if mine == theirs:
        return is_equal(mine, one, other)
    values, bounds = (one, other) if _RANGE in theirs else (other, one)
    return any(_overlap([value], _numbers(bounds)) for value in _numbers(values))


def _sizes(attributes: Attributes) -> list[float]:
    if "dimensions_mm" in attributes:
        return _numbers(attributes["dimensions_mm"])
    return [
        size for key in _LABELLED_SIZES if key in attributes for size in _numbers(attributes[key])
    ]


def _same(key: str, one: str | float, other: str | float) -> bool:
    if not isinstance(one, str) and not isinstance(other, str):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=_ABSOLUTE)
    mine, theirs = str(one), str(other)
    if key == "standard":
        return is_same_standard(mine, theirs)
    if key == "bearing":
        return _same_bearing(mine, theirs)
    if key == "material":
        return mine == theirs or _KIND_OF.get(mine) == theirs or _KIND_OF.get(theirs) == mine
    if key == "material_grade":
        return mine == theirs or any({mine, theirs} <= grades for grades in _GRADES)
    return mine == theirs


def _same_bearing(one: str, other: str) -> bool:
    """A designation without seal stands for any of its bearings."""
    (base, _, seal), (other_base, _, other_seal) = one.partition("-"), other.partition("-")
    return base == other_base and (seal == other_seal or not seal or not other_seal)


def _same_side(one: list[str], other: list[str]) -> bool:
    """Sides contradict each other on one axis only: front left and left do not."""
    for axis in _AXES:
        mine, theirs = axis & set(one), axis & set(other)
        if mine and theirs and not mine & theirs:
            return False
    return any(axis & set(one) and axis & set(other) for axis in _AXES)


def _same_sizes(one: list[float], other: list[float]) -> bool:
    """Return whether the shorter chain is part of the longer one, in any order."""
    rest, fewer = (other, one) if len(one) <= len(other) else (one, other)
    left = list(rest)
    for size in fewer:
        near = next((each for each in left if math.isclose(each, size, rel_tol=TOLERANCE)), None)
        if near is None:
            return False
        left.remove(near)
    return True


def _overlap(one: list[float], other: list[float]) -> bool:
    """Return whether a range and a range, or a value and a range, meet."""
    low, high = max(min(one), min(other)), min(max(one), max(other))
    return low <= high or math.isclose(low, high, rel_tol=TOLERANCE)


def _as_list(value: AttributeValue) -> list[str | float]:
    return [*value] if isinstance(value, list) else [value]


def _numbers(value: AttributeValue) -> list[float]:
    return [each for each in _as_list(value) if not isinstance(each, str)]
