"""What most members of a cluster state alike: its standard, thread, sizes, material."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

SHARED_BY = 0.6
"""Share of the members that state a value alike for it to be the cluster's."""
_IN_LABELS = ("standard", "thread", "bearing", "ip_class", "voltage_v", "nominal_diameter_mm")
_UNITS = {"voltage_v": "{:g} V", "nominal_diameter_mm": "DN{:g}"}


def shared_attributes(members: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values that at least ``SHARED_BY`` of the members state, by key."""
    counts: dict[str, Counter[Any]] = {}
    for attributes in members:
        for key, value in attributes.items():
            for single in set(value) if isinstance(value, list) else (value,):
                counts.setdefault(key, Counter())[single] += 1
    least = SHARED_BY * len(members)
    return {
        key: value
        for key in sorted(counts)
        for value, count in (_most_common(counts[key]),)
        if count >= least
    }


def size_text(members: Sequence[Mapping[str, Any]]) -> str:
    """Return the shared standard and sizes as a label shows them, ``DIN 933 M8``."""
    shared = shared_attributes(members)
    return " ".join(
        _UNITS.get(key, "{}").format(shared[key]) for key in _IN_LABELS if key in shared
    )


def _most_common(values: Counter[Any]) -> tuple[Any, int]:
    value = min(values, key=lambda candidate: (-values[candidate], str(candidate)))
    return value, values[value]
