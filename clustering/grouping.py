"""Group the parts: features to one space, the space to labels, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from clustering.combine import combine
from clustering.contract import NOISE, Features, Grouping, Labels, Plan
from clustering.features import feature_blocks
from partscope.arrays import FloatMatrix
from partscope.errors import UsageError

GroupingProgress: TypeAlias = Callable[[str], None]
"""Called with a few words on what is done next."""
SAMPLE = 2000


def group(
    features: Features,
    plan: Plan,
    *,
    truth: Sequence[str | None] | None = None,
    progress: GroupingProgress | None = None,
) -> Grouping:
    """Return a label for every part; parts without any of the features are noise.

    ``truth`` are known families: they are never looked at to choose, only to state each
    candidate's ``ari``.
    """
    if not features.ids:
        raise UsageError("the catalogue has no parts to group")
    say = progress or (lambda _: None)
    say("combining the features")
    blocks = feature_blocks(features, plan.features)
    combined, empty = combine(blocks, len(features.ids), plan.weights)
    space = _reduced(combined, plan.seed)
    low, high = _bounds(plan.k, len(np.unique(space.round(4), axis=0)))
    found: list[tuple[dict[str, Any], Labels]] = []
    for k in range(low, high + 1):
        say(f"k-means with k = {k}")
        labels = _kmeans(space, k, plan.seed)
        score = _silhouette(space, labels, plan.seed) if low < high else 0.0
        labels[empty] = NOISE
        found.append(
            ({"algorithm": "kmeans", "k": k, "silhouette": score, **_ari(truth, labels)}, labels)
        )
    best, labels = max(found, key=lambda each: each[0]["silhouette"])
    candidates = tuple(row for row, _ in found)
    curve = {
        "x": [row["k"] for row in candidates],
        "y": [row["silhouette"] for row in candidates],
        "chosen": best["k"],
    }
    chosen = replace(plan, algorithm="kmeans", k=best["k"], reduction=f"pca:{space.shape[1]}")
    reason = f"k = {best['k']} has the best silhouette ({best['silhouette']:.3f})"
    return Grouping(labels, space, chosen, (reason,), candidates, {"silhouette": curve})


def _reduced(combined: FloatMatrix, seed: int) -> FloatMatrix:
    from sklearn.decomposition import PCA

    if np.ptp(combined, axis=0).max() < 1e-6:
        return combined[:, :1]
    size = min(50, *combined.shape)
    reduced = PCA(size, random_state=seed).fit_transform(combined)
    return np.asarray(reduced, dtype=np.float32)


def _kmeans(space: FloatMatrix, k: int, seed: int) -> Labels:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(k, n_init=3, random_state=seed).fit(space).labels_, dtype=np.int32)


def _silhouette(space: FloatMatrix, labels: Labels, seed: int) -> float:
    from sklearn.metrics import silhouette_score

    if not 1 < len(np.unique(labels)) < len(space):
        return 0.0
    size = min(len(space), SAMPLE)
    return float(silhouette_score(space, labels, sample_size=size, random_state=seed))


def _ari(truth: Sequence[str | None] | None, labels: Labels) -> Mapping[str, float]:
    from sklearn.metrics import adjusted_rand_score

    if truth is None:
        return {}
    known = np.array([family is not None for family in truth])
    families = [family for family in truth if family is not None]
    return {"ari": float(adjusted_rand_score(families, labels[known]))}


def _bounds(k: str | int | tuple[int, int], count: int) -> tuple[int, int]:
    if isinstance(k, int):
        return min(k, count), min(k, count)
    if isinstance(k, tuple):
        return min(k[0], count), min(k[1], count)
    return min(2, count), max(min(2, count), min(20, count - 1))
