"""Visual words: the centres that local descriptors gather around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector

_ROUNDS = 12
_BLOCK = 20_000


def principal_axes(rows: FloatMatrix, count: int) -> tuple[FloatMatrix, FloatVector]:
    """Return the ``count`` directions of largest variance, shape (size, count), and the variances."""
    centred = rows - rows.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred / max(1, len(rows)))
    largest = slice(None, -count - 1, -1)
    return (
        np.ascontiguousarray(axes[:, largest], dtype=np.float32),
        np.maximum(variances[largest], 0).astype(np.float32),
    )


def k_means(rows: FloatMatrix, count: int, rng: np.random.Generator) -> FloatMatrix:
    """Return the centres after a fixed number of Lloyd's rounds, shape (count, size).

    Starts from random rows, repeated where there are fewer than ``count``.
    """
    start = rng.choice(len(rows), count, replace=len(rows) < count)
    centres = rows[start].copy()
    for _ in range(_ROUNDS):
        nearest = np.concatenate(
            [nearest_word(rows[n : n + _BLOCK], centres) for n in range(0, len(rows), _BLOCK)]
        )
        order = np.argsort(nearest, kind="stable")
        used, first = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(rows[order], first, axis=0)
        centres[used] = sums / np.bincount(nearest, minlength=count)[used, None]
    return centres


def nearest_word(rows: FloatMatrix, centres: FloatMatrix) -> NDArray[np.intp]:
    """Return the index of each row's nearest centre, shape (n,)."""
    scores = rows @ centres.T
    scores -= np.square(centres).sum(axis=1) / 2
    return np.asarray(scores.argmax(axis=1))
