"""The gap statistic (Tibshirani, Walther, Hastie, 2001)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.kmeans.grid_of_k import KMeansFit, kmeans_grid

_REFERENCE_ROWS = 8192


@dataclass(frozen=True, slots=True)
class GapCurve:
    """By k: the ``gap`` and its standard error ``spread``; ``chosen`` is the smallest k whose gap is
    not below the next one's less its error (the last k where there is none).
    """

    ks: tuple[int, ...]
    gap: NDArray[np.float64]
    spread: NDArray[np.float64]
    chosen: int


def gap_statistic(
    space: FloatMatrix,
    ks: Sequence[int],
    *,
    fits: Mapping[int, KMeansFit] | None = None,
    references: int = 10,
    seed: int = 0,
) -> GapCurve:
    """Compare k-means on ``space`` (n, dim) with k-means on boxes of the same extent without clusters.

    The boxes lie along the principal axes and hold at most 8,192 rows; inertias are a row's. ``fits``
    are k-means of ``space`` where they are known already.
    """
    sorted_ks = tuple(sorted(set(ks)))
    space_fits = fits or kmeans_grid(space, sorted_ks, seed=seed)
    observed = np.array([_log(space_fits[k].inertia / len(space)) for k in sorted_ks])
    middle = space.mean(axis=0)
    axes = np.linalg.eigh(np.cov(space - middle, rowvar=False).reshape(2 * [space.shape[1]]))[1]
    turned = (space - middle) @ axes.astype(np.float32)
    low, high = turned.min(axis=0), turned.max(axis=0)
    size = max(min(len(space), _REFERENCE_ROWS), sorted_ks[-1])
    expected = np.empty((references, len(sorted_ks)))
    for number in range(references):
        rng = np.random.default_rng([seed, number])
        box = rng.uniform(low, high, (size, len(low))).astype(np.float32)
        box_fits = kmeans_grid(box, sorted_ks, seed=seed, restarts=1)
        expected[number] = [_log(box_fits[k].inertia / size) for k in sorted_ks]
    gap = expected.mean(axis=0) - observed
    spread = expected.std(axis=0) * np.sqrt(1 + 1 / references)
    holds = np.flatnonzero(gap[:-1] >= gap[1:] - spread[1:])
    return GapCurve(sorted_ks, gap, spread, sorted_ks[int(holds[0]) if len(holds) else -1])


def _log(inertia: float) -> float:
    return float(np.log(max(inertia, np.finfo(np.float64).tiny)))
