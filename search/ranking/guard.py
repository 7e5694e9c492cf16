"""The attribute guard: what the query asks for by number or norm must not be contradicted.

To an embedder a hexagon screw M8 and one M10 are nearly the same text. Where query and part both
state an attribute, a conflict pushes the part down and agreement lifts it a little; what only one
side states says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from search.ranking.calibration import FloatArray

if TYPE_CHECKING:
    from catalog.names.attributes import AttributeComparison

Scores = TypeVar("Scores", float, FloatArray)

HARD = frozenset({"thread", "voltage_v", "side"})
"""What never fits otherwise: M10 in M8, 230 V on 24 V, the left door for the right."""
HARD_CAP = 0.5
"""A part with such a conflict scores this times its score: below the cap, still in order."""
CONFLICT = 0.7
"""Factor for each other attribute in conflict."""
IGNORED = frozenset({"quantity"})
"""What is said of the pack, not of the part."""
LIFT = 1.25
"""Factor on the odds of a score, for each shared attribute up to ``MOST_LIFTS``."""
MOST_LIFTS = 3


@dataclass(frozen=True, slots=True)
class Guard:
    """What the attributes of query and part do to a score; both factors keep it in 0..1, in order."""

    factor: float = 1.0
    odds: float = 1.0
    shared: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, score: Scores) -> Scores:
        """Return the score after the guard; of one part or of several."""
        return guarded(score, self.factor, self.odds)


NO_GUARD = Guard()
"""Where query and part have no attribute in common."""


def guarded(scores: Scores, factor: Scores | float, odds: Scores | float) -> Scores:
    """Return scores after guards of that ``factor`` and ``odds``; numbers, or arrays of one shape."""
    return factor * odds * scores / (1 + (odds - 1) * scores)


def guard(comparison: AttributeComparison, *, moves: bool = True) -> Guard:
    """Return the guard of a comparison: conflicts take away, agreement without any lifts.

    Without ``moves`` it only tells what is shared and what contradicts: a part similar to another
    may well have another size.
    """
    shared = {key: v for key, v in comparison.shared.items() if key not in IGNORED}
    conflicts = {key: v for key, v in comparison.conflicts.items() if key not in IGNORED}
    if not moves:
        return Guard(shared=shared, conflicts=conflicts)
    if not conflicts:
        return Guard(odds=LIFT ** min(len(shared), MOST_LIFTS), shared=shared)
    hard = HARD & conflicts.keys()
    factor = CONFLICT ** (len(conflicts) - len(hard)) * HARD_CAP ** len(hard)
    return Guard(factor=factor, shared=shared, conflicts=conflicts)
