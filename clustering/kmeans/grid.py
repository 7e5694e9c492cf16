"""k-means for a whole grid of k at a small part of the cost of one fit after the other.

Every k is fitted to convergence on a sample, from several starts, and the best of each is moved by a
few sweeps over all rows, all k in one product (``sweeps``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from clustering.algorithms.base import check_clusters, check_whole
from clustering.kmeans.sweeps import CentreSets, NumpySweeper, Sweeper, lloyd
from partscope.arrays import FloatMatrix

SAMPLE_ROWS = 8192
SAMPLE_ROWS_PER_CLUSTER = 64
SWEEPS = 4
_FIRST_SWEEPS = 6
_FINALISTS = 3
_SAMPLE_SWEEPS = 60
_TOLERANCE = 1e-4
_STACK = 1024
"""Centres in one product; more would not make it faster."""


@dataclass(frozen=True, slots=True)
class KMeansFit:
    """Centres (k, dim) of one k-means and the sum of squared distances to them."""

    centres: FloatMatrix
    inertia: float


def kmeans_grid(
    rows: FloatMatrix,
    ks: Iterable[int],
    *,
    seed: int = 0,
    restarts: int = 8,
    sweeps: int = SWEEPS,
    tolerance: float = 0.0,
    sweeper: Sweeper | None = None,
) -> dict[int, KMeansFit]:
    """Fit k-means for each k; labels are ``nearest_centre.assign(rows, fit.centres)``.

    ``rows`` float32 (n, dim); ``sweeper`` runs elsewhere than on the CPU. Against a fit of each k by
    scikit-learn the inertia is within 0.2 % on average (``benchmarks/clusterers.py``). Memory beyond
    the rows is constant. Raises UsageError for k below 1 or above n.
    """
    wanted = sorted(set(ks))
    for k in wanted:
        check_clusters(k, len(rows))
    check_whole("restarts", restarts, 1)
    fits: dict[int, KMeansFit] = {}
    everywhere = sweeper or NumpySweeper(rows)
    for group in _stacks(wanted):
        sample = _sample(rows, max(group), seed)
        starts, inertias = _best_starts(sample, group, seed, restarts)
        if len(sample) < len(rows):
            starts, inertias = lloyd(everywhere, starts, sweeps=sweeps, tolerance=tolerance)
        for k, centres, inertia in zip(group, starts, inertias, strict=True):
            fits[k] = KMeansFit(centres, inertia)
    return fits


def _stacks(ks: list[int]) -> list[list[int]]:
    stacks: list[list[int]] = []
    for k in ks:
        if not stacks or sum(stacks[-1]) + k > _STACK:
            stacks.append([])
        stacks[-1].append(k)
    return stacks


def _sample(rows: FloatMatrix, k: int, seed: int) -> FloatMatrix:
    size = max(SAMPLE_ROWS, SAMPLE_ROWS_PER_CLUSTER * k)
    if len(rows) <= size:
        return rows
    chosen = np.random.default_rng(seed).choice(len(rows), size, replace=False)
    return rows[np.sort(chosen)]


def _best_starts(
    sample: FloatMatrix, ks: list[int], seed: int, restarts: int
) -> tuple[CentreSets, list[float]]:
    """Fit each k on the sample: several k-means++ starts, the best few of which run on."""
    sweeper = NumpySweeper(sample)
    # the first k of a k-means++ chain are a k-means++ start for k
    sets = [chain[:k] for k in ks for chain in _chains(sample, max(ks), seed, restarts)]
    for kept, sweeps in ((_FINALISTS, _FIRST_SWEEPS), (1, _SAMPLE_SWEEPS)):
        sets, inertias = lloyd(sweeper, sets, sweeps=sweeps, tolerance=_TOLERANCE)
        order = np.asarray(inertias).reshape(len(ks), -1).argsort(axis=1, kind="stable")
        width = order.shape[1]
        best = (order[:, :kept] + width * np.arange(len(ks))[:, None]).ravel()
        sets, inertias = [sets[at] for at in best], [inertias[at] for at in best]
    return sets, inertias


def _chains(sample: FloatMatrix, k: int, seed: int, restarts: int) -> list[FloatMatrix]:
    from sklearn.cluster import kmeans_plusplus

    return [
        np.asarray(kmeans_plusplus(sample, k, random_state=seed + restart)[0], dtype=np.float32)
        for restart in range(restarts)
    ]
