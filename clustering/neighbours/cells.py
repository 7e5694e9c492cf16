"""Cut rows into small balls, so that a search leaves out whole balls by the triangle inequality."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector
from clustering.kmeans.nearest_centre import assign
from clustering.kmeans.sweeps import NumpySweeper, lloyd
from clustering.numerics.distances import SLACK

_MEAN_ROWS = 256
_MOST_ROWS = 512
_SAMPLE_PER_CELL = 24
_SWEEPS = 4
_OUTLYING = 1.5
"""Times a cell's median distance to its centre."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows sorted by cell: cell c holds ``rows[ends[c] : ends[c + 1]]``, at most 512.

    ``order`` (n,) are their positions in the matrix given, ``centres`` (cells, dim) the means and
    ``radii`` (cells,) the largest distance of a member. All rows are shifted by the total mean.
    """

    rows: FloatMatrix
    order: NDArray[np.intp]
    ends: NDArray[np.intp]
    centres: FloatMatrix
    radii: FloatVector

    def __len__(self) -> int:
        return len(self.centres)

    def members(self, cell: int) -> slice:
        """Return where the cell's rows are."""
        return slice(int(self.ends[cell]), int(self.ends[cell + 1]))


def within_reach(rows: FloatMatrix, reach: FloatVector, others: FloatMatrix) -> NDArray[np.bool_]:
    """Say which of the others may lie within the reach (rows,) of any row, by lengths alone."""
    farthest = (np.sqrt(np.einsum("ij,ij->i", rows, rows)) + reach).max() * (1 + SLACK)
    reachable: NDArray[np.bool_] = np.einsum("ij,ij->i", others, others) <= farthest * farthest
    return reachable


def partition(rows: FloatMatrix, seed: int = 0) -> Cells:
    """Cut the rows, float32 (n, dim), into balls of about 256 rows by k-means on a sample."""
    rows = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    labels, squares = _nearest_centres(rows, seed)
    outlying = _outlying(labels, squares)
    labels[outlying] = len(rows) + _nearest_centres(rows[outlying], seed)[0]
    order = np.argsort(labels, kind="stable")
    ends = _ends(labels[order])
    rows = rows[order]
    starts = ends[:-1]
    sizes = np.diff(ends)
    centres = (np.add.reduceat(rows, starts, dtype=np.float64).T / sizes).T.astype(np.float32)
    offsets = rows - np.repeat(centres, sizes, axis=0)
    lengths = np.einsum("ij,ij->i", offsets, offsets)
    radii = np.sqrt(np.maximum.reduceat(lengths, starts)) * np.float32(1 + SLACK)
    return Cells(rows, order, ends, centres, radii)


def _nearest_centres(rows: FloatMatrix, seed: int) -> tuple[NDArray[np.intp], FloatVector]:
    count = max(1, len(rows) // _MEAN_ROWS)
    centres = _centres(rows, count, seed) if count > 1 else np.zeros((1, rows.shape[1]), np.float32)
    labels, squares = assign(rows, centres)
    return labels.astype(np.intp), squares


def _outlying(labels: NDArray[np.intp], squares: FloatVector) -> NDArray[np.bool_]:
    """Say which rows lie far out for their cell: one scattered row would widen the whole ball."""
    order = np.lexsort((squares, labels))
    cells, starts, sizes = np.unique(labels[order], return_index=True, return_counts=True)
    medians = np.zeros(int(cells[-1]) + 1, dtype=np.float32)
    medians[cells] = squares[order][starts + sizes // 2]
    outlying: NDArray[np.bool_] = squares > _OUTLYING**2 * medians[labels]
    return outlying


def _centres(rows: FloatMatrix, count: int, seed: int) -> FloatMatrix:
    rng = np.random.default_rng(seed)
    size = min(len(rows), _SAMPLE_PER_CELL * count)
    sample = rows[np.sort(rng.choice(len(rows), size, replace=False))]
    start = sample[rng.choice(size, count, replace=False)]
    return lloyd(NumpySweeper(sample), [start], sweeps=_SWEEPS)[0][0]


def _ends(labels: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return where cells end, the large ones (rows that coincide) cut into several."""
    changes = np.flatnonzero(np.diff(labels)) + 1
    edges = np.concatenate([[0], changes, [len(labels)]])
    cuts = [np.arange(low, high, _MOST_ROWS) for low, high in pairwise(edges)]
    return np.concatenate([*cuts, [len(labels)]]).astype(np.intp)
