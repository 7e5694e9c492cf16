"""Leave a local optimum of k-means: a centre more where it is missed, a centre less where it is not.

Together a swap (random swap clustering, Fränti, 2018), with the best of a few additions and the
cheapest removal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.numerics.distances import squared_distances

_CANDIDATES = 8


def grown(rows: FloatMatrix, centres: FloatMatrix, rng: np.random.Generator) -> FloatMatrix:
    """Return centres (k, dim) and one of ``rows``, float32 (n, dim), that is far from all of them.

    Some are drawn with chances as in k-means++; the one that lowers the inertia most stays.
    """
    shift = rows.mean(axis=0)
    closest = squared_distances(centres - shift, rows - shift).min(axis=0)
    total = float(closest.sum(dtype=np.float64))
    if not total > 0:
        return np.vstack([centres, rows[:1]])
    chances = np.cumsum(closest, dtype=np.float64)
    candidates = np.searchsorted(chances, rng.uniform(0, chances[-1], _CANDIDATES))
    candidate_squares = squared_distances(rows[candidates] - shift, rows - shift)
    best = int(np.minimum(candidate_squares, closest).sum(axis=1, dtype=np.float64).argmin())
    return np.vstack([centres, rows[candidates[best : best + 1]]])


def shrunk(rows: FloatMatrix, centres: FloatMatrix) -> FloatMatrix:
    """Return all centres but the one whose rows lose least when they go to their second nearest."""
    shift = rows.mean(axis=0)
    squares: NDArray[np.float32] = squared_distances(centres - shift, rows - shift)
    nearest = squares.min(axis=0)
    is_nearest = squares == nearest
    np.copyto(squares, np.float32(np.inf), where=is_nearest)
    losses = is_nearest.astype(np.float32) @ (squares.min(axis=0) - nearest)
    remaining: FloatMatrix = np.delete(centres, int(losses.argmin()), axis=0)
    return remaining
