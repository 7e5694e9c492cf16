"""Leave a local optimum of k-means by a swap: one centre more where it is missed, one less where not.

Random swap clustering (Fränti, 2018), with the best of a few additions and the cheapest removal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.neighbours.cells import squared_distances
from partscope.arrays import FloatMatrix

_CANDIDATES = 8


def swapped(rows: FloatMatrix, centres: FloatMatrix, rng: np.random.Generator) -> FloatMatrix:
    """Return centres (k, dim) with one swapped for a row (of ``rows``, float32 (n, dim)).

    The row is drawn with chances as in k-means++; the centre that leaves is the one whose members
    lose least, and may be the new one.
    """
    shift = rows.mean(axis=0)
    near = squared_distances(rows - shift, centres - shift)
    closest = near.min(axis=1)
    total = float(closest.sum())
    if not total > 0:
        return centres
    drawn = rng.choice(len(rows), _CANDIDATES, p=closest / closest.sum(dtype=np.float64))
    there = squared_distances(rows - shift, rows[drawn] - shift)
    gains = np.minimum(there, closest[:, None]).sum(axis=0)
    best = int(gains.argmin())
    wider = np.column_stack([near, there[:, best]])
    stays = np.arange(wider.shape[1]) != _cheapest(wider)
    kept: FloatMatrix = np.vstack([centres, rows[drawn[best]]])[stays]
    return kept


def _cheapest(squares: NDArray[np.float32]) -> int:
    """Return the column whose rows lose least when they go to their second nearest."""
    two = np.partition(squares, 1, axis=1)[:, :2]
    losses = np.bincount(squares.argmin(axis=1), two[:, 1] - two[:, 0], squares.shape[1])
    return int(losses.argmin())
