"""Put the blocks side by side in one space; a part's missing block is predicted from those it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.contract import Block, Rows

RIDGE = 5.0
"""Added to the Gram matrix of unit rows: what so many parts of no use would weigh."""


def joint_space(blocks: Sequence[Block], count: int, weights: Mapping[str, float]) -> FloatMatrix:
    """Return the space (count, sum of dims) of all parts.

    Each block is centred and brought to a mean squared length of its weight squared. A missing row
    is the ridge regression of that block on the part's other blocks, learnt where both are there; a
    part with no block stands at the origin, the mean.
    """
    space = np.zeros((count, sum(block.matrix.shape[1] for block in blocks)), dtype=np.float32)
    start = 0
    for target in blocks:
        columns = space[:, start : start + target.matrix.shape[1]]
        start += target.matrix.shape[1]
        _fill(blocks, target, columns)
        length = float(np.sqrt(np.einsum("ij,ij->", columns, columns) / count))
        columns *= np.float32(weights.get(target.name, 1.0) / (length or 1.0))
    return space


def present_rows(blocks: Sequence[Block]) -> Rows:
    """Return the parts that have any block, ascending."""
    return np.unique(np.concatenate([block.rows for block in blocks]))


def _fill(blocks: Sequence[Block], target: Block, into: FloatMatrix) -> None:
    centred = target.matrix - target.matrix.mean(axis=0)
    into[target.rows] = centred
    missing = np.ones(len(into), dtype=bool)
    missing[target.rows] = False
    for source in blocks:
        if source is not target and missing[source.rows].any():
            _predict(source, target.rows, centred, missing, into)


def _predict(
    source: Block, rows: Rows, centred: FloatMatrix, missing: NDArray[np.bool_], into: FloatMatrix
) -> None:
    shared, in_target, in_source = np.intersect1d(
        rows, source.rows, assume_unique=True, return_indices=True
    )
    if not len(shared):
        return
    predictors = source.matrix - source.matrix.mean(axis=0)
    gram = predictors[in_source].T @ predictors[in_source] + RIDGE * np.eye(
        predictors.shape[1], dtype=np.float32
    )
    to_fill = missing[source.rows]
    into[source.rows[to_fill]] = predictors[to_fill] @ np.linalg.solve(
        gram, predictors[in_source].T @ centred[in_target]
    )
    missing[source.rows[to_fill]] = False
