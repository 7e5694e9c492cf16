"""Put the blocks side by side in one space; a part's missing block is predicted from those it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.contract import Block, Rows
from partscope.arrays import FloatMatrix

RIDGE = 1.0
"""Added to the Gram matrix of unit rows, in rows: what so many parts of no use would weigh."""


def combine(
    blocks: Sequence[Block], count: int, weights: Mapping[str, float]
) -> tuple[FloatMatrix, Rows]:
    """Return the space (count, sum of dims) of all parts, and the parts that have no block at all.

    Each block is centred and brought to a mean squared length of its weight squared. A missing row
    is the ridge regression of that block on the part's other blocks, learnt where both are there;
    a part with no block stands at the origin, the mean.
    """
    columns = [_filled(blocks, target, count, weights.get(target.name, 1.0)) for target in blocks]
    space = np.concatenate(columns, axis=1)
    present = np.zeros(count, dtype=bool)
    for block in blocks:
        present[block.rows] = True
    return space, np.flatnonzero(~present)


def _filled(blocks: Sequence[Block], target: Block, count: int, weight: float) -> FloatMatrix:
    centred = target.matrix - target.matrix.mean(axis=0)
    length = float(np.sqrt(np.mean(np.sum(centred * centred, axis=1)))) or 1.0
    filled = np.zeros((count, centred.shape[1]), dtype=np.float32)
    missing = np.ones(count, dtype=bool)
    missing[target.rows] = False
    for source in blocks:
        if source is not target and missing.any():
            _predict(source, target.rows, centred, missing, filled)
    filled[target.rows] = centred
    filled *= np.float32(weight / length)
    return filled


def _predict(
    source: Block, rows: Rows, centred: FloatMatrix, missing: NDArray[np.bool_], into: FloatMatrix
) -> None:
    both, here, there = np.intersect1d(rows, source.rows, assume_unique=True, return_indices=True)
    asked = missing[source.rows]
    if not len(both) or not asked.any():
        return
    known = source.matrix - source.matrix.mean(axis=0)
    gram = known[there].T @ known[there] + RIDGE * np.eye(known.shape[1], dtype=np.float32)
    into[source.rows[asked]] = known[asked] @ np.linalg.solve(gram, known[there].T @ centred[here])
    missing[source.rows[asked]] = False
