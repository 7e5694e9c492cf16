"""Which rows lie within a distance of each other, exactly, by tiles of constant memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.cells import Cells
from clustering.numerics.distances import SLACK, squared_distances

_ROUNDING = np.finfo(np.float32).eps
_PAIRS = 65_536
_CELLS = 32
_ROWS = 8192


class Within:
    """Says for tiles of cells which pairs are at most ``eps`` apart.

    Distances come from float32 products; pairs so close to ``eps`` that rounding could decide are
    computed again from differences in float64. ``rows`` are in their original order.
    """

    def __init__(self, rows: FloatMatrix, cells: Cells, eps: float) -> None:
        self._original, self._cells, self._eps = rows, cells, eps
        lengths = np.einsum("ij,ij->i", cells.rows, cells.rows)
        self._farthest = float(np.sqrt(lengths.max()))
        self._block = slice(0, 0)
        self._near = np.zeros((0, 0), dtype=np.bool_)

    def whole(self, cell: int) -> NDArray[np.intp]:
        """Return the cells all of whose rows are within eps of all rows of this one."""
        cells = self._cells
        gaps = np.linalg.norm(cells.centres - cells.centres[cell], axis=1)
        reach = cells.radii + cells.radii[cell]
        return np.flatnonzero((gaps + reach) * (1 + SLACK) <= self._eps)

    def possible(self, cell: int) -> NDArray[np.intp]:
        """Return the sorted positions of the rows that may be within eps of a row of this cell.

        Cells are best asked for in order: some at a time are compared with all rows.
        """
        if not self._block.start <= cell < self._block.stop:
            self._block = slice(cell, min(cell + _CELLS, len(self._cells)))
            self._near = self._compare_centres(self._block)
        return np.flatnonzero(self._near[cell - self._block.start])

    def _compare_centres(self, block: slice) -> NDArray[np.bool_]:
        """Say which rows lie no farther than eps beyond the ball of each cell, shape (cells, n)."""
        centres = self._cells.centres[block]
        limit = (self._eps + self._cells.radii[block]) ** 2 * (1 + SLACK)
        doubt = _ROUNDING * (centres.shape[1] + 8) * (2 * self._farthest) ** 2
        reachable = np.empty((len(centres), len(self._cells.rows)), dtype=np.bool_)
        for start in range(0, reachable.shape[1], _ROWS):
            rows = self._cells.rows[start : start + _ROWS]
            squares = squared_distances(centres, rows)
            reachable[:, start : start + _ROWS] = squares <= (limit + doubt)[:, None]
        return reachable

    def matrix(
        self, cell: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Return whether each row of the cell has each column within eps; sorted positions.

        Columns are of those that ``possible`` names.
        """
        centre = self._cells.centres[cell]
        left = self._cells.rows[rows] - centre
        right = self._cells.rows[columns] - centre
        squares = squared_distances(left, right)
        doubt = self._doubt(cell)
        limit = self._eps * self._eps
        sure = squares <= limit - doubt
        maybe = squares <= limit + doubt
        if np.count_nonzero(maybe) != np.count_nonzero(sure):
            self._settle(sure, np.flatnonzero(maybe & ~sure), rows, columns)
        return sure

    def _doubt(self, cell: int) -> float:
        """Bound the rounding of squared distances that matter, of the shift to the mean included.

        Columns farther from the centre than a radius and eps are apart whatever the rounding.
        """
        dim = self._cells.rows.shape[1]
        reach = 1.1 * (2 * float(self._cells.radii[cell]) + self._eps)
        return float(_ROUNDING * ((dim + 8) * reach + 8 * self._farthest) * reach)

    def _settle(
        self,
        sure: NDArray[np.bool_],
        doubtful: NDArray[np.intp],
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
    ) -> None:
        order, limit = self._cells.order, self._eps * self._eps
        for start in range(0, len(doubtful), _PAIRS):
            row, column = np.divmod(doubtful[start : start + _PAIRS], len(columns))
            left = self._original[order[rows[row]]].astype(np.float64)
            difference = left - self._original[order[columns[column]]]
            sure[row, column] = np.einsum("ij,ij->i", difference, difference) <= limit
