"""The attribute guard: what the query asks for by number or norm must not be contradicted.

To an embedder a hexagon screw M8 and one M10 are nearly the same text. Where query and part both
state an attribute, a conflict pushes the part down and agreement lifts it a little; what only one
side states says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partscope.names.attributes import AttributeComparison

HARD = frozenset({"thread", "voltage_v", "side"})
"""What never fits otherwise: M10 in M8, 230 V on 24 V, the left door for the right."""
HARD_CAP = 0.5
"""A part with such a conflict scores this times its score: below the cap, still in order."""
CONFLICT = 0.7
"""Factor for each other attribute in conflict."""
IGNORED = frozenset({"quantity"})
"""What is said of the pack, not of the part."""
LIFT = 0.8
"""Factor on what is missing to 1, for each shared attribute up to ``MOST_LIFTS``."""
MOST_LIFTS = 3


@dataclass(frozen=True, slots=True)
class Guard:
    """What the attributes do to a score: ``score * factor + lift``, still in 0..1."""

    factor: float = 1.0
    lift: float = 0.0
    shared: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Mapping[str, Any] = field(default_factory=dict)


NO_GUARD = Guard()
"""Where query and part have no attribute in common."""


def guard(comparison: AttributeComparison) -> Guard:
    """Return the guard of a comparison: conflicts take away, agreement without any lifts."""
    shared = {key: v for key, v in comparison.shared.items() if key not in IGNORED}
    conflicts = {key: v for key, v in comparison.conflicts.items() if key not in IGNORED}
    if conflicts:
        hard = HARD & conflicts.keys()
        factor = CONFLICT ** (len(conflicts) - len(hard)) * HARD_CAP ** len(hard)
        return Guard(factor, 0.0, shared, conflicts)
    factor = LIFT ** min(len(shared), MOST_LIFTS)
    return Guard(factor, 1 - factor, shared)
