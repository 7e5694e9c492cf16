"""The attribute guard: what the query asks for by number or norm must not be contradicted.

To an embedder a hexagon screw M8 and one M10 are nearly the same text. Where query and part both
state an attribute, a conflict pushes the part down and agreement lifts it a little; what only one
side states says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from catalog.names.attributes import AttributeComparison
from search.ranking.calibration import FloatArray

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
    """What the attributes of query and part do to a score; both factors keep it in 0..1, in order.

    ``attributes`` are those that say why.
    """

    factor: float = 1.0
    odds: float = 1.0
    attributes: AttributeComparison = field(default_factory=AttributeComparison)

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
    attributes = _of_the_part(comparison)
    if not moves:
        return Guard(attributes=attributes)
    conflicts = attributes.conflicts.keys()
    if not conflicts:
        lifts = min(len(attributes.shared), MOST_LIFTS)
        return Guard(odds=LIFT**lifts, attributes=attributes)
    hard = HARD & conflicts
    factor = CONFLICT ** (len(conflicts) - len(hard)) * HARD_CAP ** len(hard)
    return Guard(factor=factor, attributes=attributes)


def _of_the_part(comparison: AttributeComparison) -> AttributeComparison:
    return AttributeComparison(
        {key: value for key, value in comparison.shared.items() if key not in IGNORED},
        {key: values for key, values in comparison.conflicts.items() if key not in IGNORED},
    )
