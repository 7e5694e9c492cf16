"""The scores of a run: of the grouping itself, and against known families where there are any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clustering.contract import NOISE, Labels
from partscope.arrays import FloatMatrix

SAMPLE = 4096


def measure(
    space: FloatMatrix, labels: Labels, families: Sequence[str | None], seed: int
) -> dict[str, float]:
    """Return silhouette, davies_bouldin, calinski_harabasz, and ari, nmi, ... where families are."""
    from sklearn import metrics

    scores: dict[str, float] = {}
    inside = labels != NOISE
    if 1 < len(np.unique(labels[inside])) < np.count_nonzero(inside):
        rows, own = space[inside], labels[inside]
        size = min(SAMPLE, len(rows))
        scores["silhouette"] = float(
            metrics.silhouette_score(rows, own, sample_size=size, random_state=seed)
        )
        scores["davies_bouldin"] = float(metrics.davies_bouldin_score(rows, own))
        scores["calinski_harabasz"] = float(metrics.calinski_harabasz_score(rows, own))
    known = np.array([family is not None for family in families], dtype=np.bool_)
    if known.any():
        truth = [family for family in families if family is not None]
        scores["ari"] = float(metrics.adjusted_rand_score(truth, labels[known]))
        scores["nmi"] = float(metrics.normalized_mutual_info_score(truth, labels[known]))
    return scores
