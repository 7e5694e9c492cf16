"""The scores of a run: of the grouping itself, and against known families where there are any."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.arrays import FloatMatrix
from clustering.contract import Labels
from clustering.scores.extrinsic import extrinsic_scores
from clustering.scores.intrinsic import intrinsic_scores


def measure(
    space: FloatMatrix, labels: Labels, families: Sequence[str | None], seed: int
) -> dict[str, float]:
    """Return the intrinsic scores that are defined, and the extrinsic ones where families are known.

    Noise is a group like any other; ``coverage`` is of all parts, ``n_with_family`` are those that the
    extrinsic scores are of.
    """
    scores = intrinsic_scores(space, labels, seed=seed).as_dict()
    del scores["n_clusters"]  # stands beside the metrics
    if any(family is not None for family in families):
        extrinsic = extrinsic_scores(families, labels).as_dict()
        scores["n_with_family"] = extrinsic.pop("n")
        scores |= {name: value for name, value in extrinsic.items() if name != "coverage"}
    return scores
