"""k-means for a whole grid of k at a small part of the cost of one fit after the other.

Every k is fitted on a sample, from several starts; then the fits help each other out of poor local
optima: the fit of the k below with a centre more, of the k above with a centre less (``swaps``). The
best of each is moved by sweeps over a larger sample and over all rows, all k in one product
(``sweeps``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.kmeans.swaps import grown, shrunk
from clustering.kmeans.sweeps import CentreSets, NumpySweeper, Sweeper, lloyd
from clustering.numerics.checks import check_clusters, check_whole
from clustering.numerics.threads import one_blas_thread

SAMPLE_ROWS = 8192
SAMPLE_ROWS_PER_CLUSTER = 64
SWEEPS = 1
_MIDDLE_ROWS = 49_152
_MIDDLE_SWEEPS = 3
_FIRST_SWEEPS = 4
_ROUNDS = 8
_START_CENTRES = 48
"""Centres of all starts for one k: few clusters have the most different local optima."""
_MOST_STARTS = 24
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
    restarts: int = 1,
    sweeps: int = SWEEPS,
    tolerance: float = 0.0,
    sweeper: Sweeper | None = None,
) -> dict[int, KMeansFit]:
    """Fit k-means for each k; labels are ``nearest_centre.assign(rows, fit.centres)``.

    ``rows`` float32 (n, dim); ``restarts`` is the least number of starts; ``sweeper`` runs elsewhere
    than on the CPU. Inertias compared with scikit-learn's: ``benchmarks/clusterers.py``. Memory
    beyond the rows is constant. Raises UsageError for k below 1 or above n.
    """
    sorted_ks = sorted(set(ks))
    for k in sorted_ks:
        check_clusters(k, len(rows))
    check_whole("restarts", restarts, 1)
    fits: dict[int, KMeansFit] = {}
    everywhere = sweeper or NumpySweeper(rows)
    with one_blas_thread():
        for group in _stacks(sorted_ks):
            size = max(SAMPLE_ROWS, SAMPLE_ROWS_PER_CLUSTER * max(group))
            sample = _sample(rows, size, seed)
            part = len(sample) < len(rows)
            precision = _TOLERANCE if part else tolerance
            sets, inertias = _best_starts(sample, group, seed, restarts, precision)
            if part:
                middle = NumpySweeper(_sample(rows, _MIDDLE_ROWS, seed + 1))
                sets, _ = lloyd(middle, sets, sweeps=_MIDDLE_SWEEPS)
                sets, inertias = lloyd(everywhere, sets, sweeps=sweeps, tolerance=tolerance)
            for k, centres, inertia in zip(group, sets, inertias, strict=True):
                fits[k] = KMeansFit(centres, inertia)
    return fits


def _stacks(ks: list[int]) -> list[list[int]]:
    stacks: list[list[int]] = []
    for k in ks:
        if not stacks or sum(stacks[-1]) + k > _STACK:
            stacks.append([])
        stacks[-1].append(k)
    return stacks


def _sample(rows: FloatMatrix, size: int, seed: int) -> FloatMatrix:
    if len(rows) <= size:
        return rows
    positions = np.random.default_rng(seed).choice(len(rows), size, replace=False)
    return rows[np.sort(positions)]


def _best_starts(
    sample: FloatMatrix, ks: list[int], seed: int, restarts: int, tolerance: float
) -> tuple[CentreSets, list[float]]:
    """Fit each k on the sample: the best of several k-means++ starts, improved in rounds."""
    sweeper = NumpySweeper(sample)
    counts = [int(np.clip(_START_CENTRES // k, restarts, _MOST_STARTS)) for k in ks]
    starts = _starts(sample, ks, counts, seed)
    sets, inertias = lloyd(sweeper, starts, sweeps=_FIRST_SWEEPS, tolerance=_TOLERANCE)
    ends = np.cumsum(counts)
    best = [
        end - count + int(np.argmin(inertias[end - count : end]))
        for end, count in zip(ends, counts, strict=True)
    ]
    sets, inertias = [sets[at] for at in best], [inertias[at] for at in best]
    rng = np.random.default_rng(seed)
    for number in range(_ROUNDS):
        variants = _variants(sample, ks, sets, number, rng)
        moved_sets, reached = lloyd(sweeper, variants, sweeps=_FIRST_SWEEPS, tolerance=_TOLERANCE)
        for at, inertia in enumerate(reached):
            if inertia < inertias[at]:
                sets[at], inertias[at] = moved_sets[at], inertia
    return lloyd(sweeper, sets, sweeps=_SAMPLE_SWEEPS, tolerance=tolerance)


def _variants(
    sample: FloatMatrix, ks: list[int], sets: CentreSets, number: int, rng: np.random.Generator
) -> list[FloatMatrix]:
    """Return another start for each k: out of the fit of the k below or above, else by a swap."""
    step = 1 if number % 2 else -1
    fits = dict(zip(ks, sets, strict=True))
    starts = []
    for k in ks:
        neighbour = fits.get(k + step)
        if neighbour is None:
            starts.append(shrunk(sample, grown(sample, fits[k], rng)))
        else:
            starts.append(shrunk(sample, neighbour) if step > 0 else grown(sample, neighbour, rng))
    return starts


def _starts(sample: FloatMatrix, ks: list[int], counts: list[int], seed: int) -> list[FloatMatrix]:
    """Return so many k-means++ starts for each k: the first k of a chain are a start for k."""
    from sklearn.cluster import kmeans_plusplus

    chains = []
    for number in range(max(counts)):
        length = max(k for k, count in zip(ks, counts, strict=True) if count > number)
        chain, _ = kmeans_plusplus(sample, length, random_state=seed + number)
        chains.append(np.asarray(chain, dtype=np.float32))
    return [
        chains[number][:k] for k, count in zip(ks, counts, strict=True) for number in range(count)
    ]
