"""The scores of a run: of the grouping itself, and against known families where there are any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.arrays import FloatMatrix
from clustering.contract import Labels
from clustering.scores.extrinsic import extrinsic_scores
from clustering.scores.intrinsic import intrinsic_scores


@dataclass(frozen=True, slots=True)
class RunScores:
    """What ``IntrinsicScores`` and ``ExtrinsicScores`` say of one run; None where not defined.

    ``coverage`` is of all parts; the scores from ``ari`` on are of the ``n_with_family`` parts whose
    family is known, None where no two families are.
    """

    silhouette: float | None = None
    davies_bouldin: float | None = None
    calinski_harabasz: float | None = None
    inertia: float | None = None
    coverage: float | None = None
    n_with_family: int | None = None
    ari: float | None = None
    nmi: float | None = None
    fmi: float | None = None
    homogeneity: float | None = None
    completeness: float | None = None
    v_measure: float | None = None
    pairwise_precision: float | None = None
    pairwise_recall: float | None = None
    pairwise_f1: float | None = None
    purity: float | None = None

    def to_json(self) -> dict[str, float]:
        """Return the scores that are defined, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RunScores:
        """Read what ``to_json`` returned; scores of a later version are ignored."""
        return cls(**{name: values[name] for name in cls.__slots__ if name in values})


def score_run(
    space: FloatMatrix, labels: Labels, families: Sequence[str | None], seed: int
) -> RunScores:
    """Return the intrinsic scores that are defined, and the extrinsic ones where families are known.

    Noise is a group like any other. ``labels`` and ``families`` are of the rows of ``space`` (n, d).
    """
    scores = intrinsic_scores(space, labels, seed=seed).as_dict()
    if any(family is not None for family in families):
        extrinsic = extrinsic_scores(families, labels).as_dict()
        scores = {**extrinsic, **scores, "n_with_family": extrinsic["n"]}
    return RunScores.from_json(scores)
