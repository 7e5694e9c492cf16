"""The centres of clusters and how far their members lie from them, in chunks of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix

_CHUNK = 16_384


def cluster_means(
    matrix: FloatMatrix, positions: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Return the mean of the rows at each position, shape (count, dim); 0 where there are none.

    ``positions`` (n,) says which of ``count`` means each row belongs to. One pass; beyond the result
    a chunk of rows.
    """
    from scipy.sparse import csr_array

    sums = np.zeros((count, matrix.shape[1]))
    for rows in chunks(len(matrix)):
        at = positions[rows]
        members = csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(count, len(at)))
        sums += members @ matrix[rows]
    sizes = np.bincount(positions, minlength=count)
    centres: NDArray[np.float64] = sums / np.maximum(sizes, 1)[:, None]
    return centres


def distances_to_centres(
    matrix: FloatMatrix, positions: NDArray[np.intp], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the Euclidean distance of each row to the centre at its position, shape (n,)."""
    norms = np.empty(len(matrix))
    for rows in chunks(len(matrix)):
        norms[rows] = np.linalg.norm(matrix[rows] - centres[positions[rows]], axis=1)
    return norms


def chunks(rows: int) -> Iterator[slice]:
    """Yield slices that together cover so many rows."""
    for start in range(0, rows, _CHUNK):
        yield slice(start, min(start + _CHUNK, rows))
