"""The attributes of a part from all of its names."""

from __future__ import annotations

from functools import lru_cache

from catalog.names.attributes.comparison import is_equal, more_specific, texts_of
from catalog.names.attributes.dimensions import read_dimensions
from catalog.names.attributes.materials import read_grades, read_materials, read_strength
from catalog.names.attributes.properties import read_bearing, read_properties
from catalog.names.attributes.quantities import read_quantities
from catalog.names.attributes.reading import Reading
from catalog.names.attributes.standards import read_standards
from catalog.names.attributes.threads import read_threads
from catalog.parts import Attributes, AttributeValue

MAX_READ = 2000
"""Characters of a name that are read; a longer one is a text, not a name."""
_LISTS = frozenset(("standard", "dimensions_mm"))
_READERS = (
    *(read_standards, read_threads, read_bearing, read_strength, read_grades, read_quantities),
    *(read_materials, read_dimensions, read_properties),
)


def read_attributes(*names: str) -> Attributes:
    """Return what the names of one part state; a key on which they disagree is left out.

    Standards are collected from all names; of other values that agree the more specific one stands
    for both (stainless steel before steel, 230/400 V before 230 V).
    """
    merged: Attributes = {}
    disputed: set[str] = set()
    for name in names:
        for key, values in _read(name[:MAX_READ]).items():
            value = _value(key, values)
            if key not in merged:
                merged[key] = value
            elif (common_value := _joined(key, merged[key], value)) is not None:
                merged[key] = common_value
            else:
                disputed.add(key)
    return {key: merged[key] for key in sorted(merged) if key not in disputed}


@lru_cache(1 << 14)
def _read(name: str) -> dict[str, tuple[str | float, ...]]:
    reading = Reading(name)
    for reader in _READERS:
        reader(reading)
    return {key: tuple(values) for key, values in reading.found.items()}


def _value(key: str, values: tuple[str | float, ...]) -> AttributeValue:
    if len(values) == 1 and key not in _LISTS:
        return values[0]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    if texts:
        return sorted(texts)
    return numbers if key in _LISTS else sorted(numbers)


def _joined(key: str, value: AttributeValue, other_value: AttributeValue) -> AttributeValue | None:
    """Return the value that stands for both, or None where they disagree."""
    if key == "standard":
        return sorted({*texts_of(value), *texts_of(other_value)})
    if not is_equal(key, value, other_value):
        return None
    return more_specific(value, other_value)
