"""Which rows lie within a distance of each other, exactly, by tiles of constant memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.neighbours.cells import SLACK, Cells, squared_distances
from partscope.arrays import FloatMatrix

_ROUNDING = np.finfo(np.float32).eps
_PAIRS = 65_536


class Within:
    """Says for tiles of cells which pairs are at most ``eps`` apart.

    Distances come from float32 products; pairs so close to ``eps`` that rounding could decide are
    computed again from differences in float64. ``rows`` are in their original order.
    """

    def __init__(self, rows: FloatMatrix, cells: Cells, eps: float) -> None:
        self._original, self._cells, self._eps = rows, cells, eps

    def near(self, cell: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the cells that may hold a neighbour of this one's rows, and which wholly do."""
        cells = self._cells
        gaps = np.linalg.norm(cells.centres - cells.centres[cell], axis=1)
        reach = cells.radii + cells.radii[cell]
        found = np.flatnonzero((gaps - reach) * (1 - SLACK) <= self._eps)
        return found, ((gaps + reach) * (1 + SLACK) <= self._eps)[found]

    def matrix(
        self, cell: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Return whether each row (sorted position, in or near the cell) has each column near."""
        centre = self._cells.centres[cell]
        left = self._cells.rows[rows] - centre
        right = self._cells.rows[columns] - centre
        squares = squared_distances(left, right)
        doubt = self._doubt(left, right)
        limit = self._eps * self._eps
        sure = squares <= limit - doubt
        maybe = squares <= limit + doubt
        if np.count_nonzero(maybe) != np.count_nonzero(sure):
            self._settle(sure, np.flatnonzero(maybe & ~sure), rows, columns)
        return sure

    def _doubt(self, left: FloatMatrix, right: FloatMatrix) -> float:
        """Bound the rounding of the squared distances, that of the shift to the mean included."""
        reach = np.sqrt((left * left).sum(axis=1).max()) + np.sqrt(
            (right * right).sum(axis=1).max()
        )
        shift = float(np.abs(self._cells.centres).max()) * np.sqrt(left.shape[1])
        return float(_ROUNDING * ((left.shape[1] + 8) * reach + 4 * shift) * reach)

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
