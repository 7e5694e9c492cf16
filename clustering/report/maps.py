"""Where the parts of a report lie on its maps: t-SNE in two and in three dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.store.contract import PartStore
from catalog.store.filters import HasId
from clustering.contract import Plan
from clustering.space.features import feature_blocks, pull_features
from clustering.space.joint_space import joint_space
from clustering.space.reduction import Reduction, reduced

DEEP_PARTS = 700
"""Parts in three dimensions, where t-SNE takes four times as long: the first ones of the flat map."""
MIN_MAPPED = 8
"""Fewer parts than this have no neighbourhoods that t-SNE could keep: PCA is shown."""
_DIMENSIONS_BEFORE = "pca:50"


def map_places(
    store: PartStore, ids: Sequence[str], plan: Plan
) -> tuple[list[str], FloatMatrix, FloatMatrix]:
    """Return the parts that are there, by the plan's features, and where they lie.

    The places are (n, 2) and, of the first ``DEEP_PARTS``, (m, 3).
    """
    features = pull_features(store, plan.features, HasId(tuple(ids)))
    combined = joint_space(feature_blocks(features, plan.features), len(features.ids), plan.weights)
    space = reduced(combined, Reduction.parse(_DIMENSIONS_BEFORE), plan.seed)
    kind = "tsne" if len(features.ids) >= MIN_MAPPED else "pca"
    flat, deep = (
        _padded(reduced(rows, Reduction.parse(f"{kind}:{size}"), plan.seed), size)
        for rows, size in ((space, 2), (space[:DEEP_PARTS], 3))
    )
    return features.ids, flat, deep


def _padded(rows: FloatMatrix, size: int) -> FloatMatrix:
    """Return exactly ``size`` columns; parts that are all alike need fewer."""
    padded = np.zeros((len(rows), size), dtype=np.float32)
    padded[:, : min(size, rows.shape[1])] = rows[:, :size]
    return padded
