"""A grouping of the parts that have features, before it becomes one of all parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from clustering.contract import ComparedGrouping, Curve, Labels, Plan, Rows
from clustering.scores.extrinsic import extrinsic_scores


@dataclass(frozen=True, slots=True)
class LabelledCandidate:
    """A grouping that was compared, and its ``labels`` of some of ``PreparedFeatures.rows``."""

    compared: ComparedGrouping
    rows: Rows
    labels: Labels

    def scored(self, families: Sequence[str | None]) -> ComparedGrouping:
        """Return it with its agreement with the families of ``PreparedFeatures.rows``."""
        own_families = [families[row] for row in self.rows]
        return replace(self.compared, ari=extrinsic_scores(own_families, self.labels).ari)


@dataclass(frozen=True, slots=True)
class RowGrouping:
    """Labels of ``PreparedFeatures.rows``; the plan with what was chosen; what was compared."""

    labels: Labels
    plan: Plan
    reasons: tuple[str, ...] = ()
    candidates: tuple[LabelledCandidate, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)
