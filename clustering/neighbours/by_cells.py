"""Nearest rows by tiles of distances, cell by cell, nearest cells first.

A row's k-th best distance so far bounds what can still matter: a cell whose ball lies beyond it is
left out, and of the distances computed only those below it are looked at again. So there is no
partial sort over whole tiles, which would cost ten times the product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.cells import Cells, partition, within_reach
from clustering.numerics.distances import SLACK, squared_distances

_FIRST_ROWS = 512
_GROWTH = 2
_MOST_CELLS = 24


def nearest_by_cells(rows: FloatMatrix, k: int, *, probes: int | None = None) -> NDArray[np.intp]:
    """Return the ``k`` nearest other rows of each row, in no order; shape (n, k), needs k < n.

    With ``probes`` only so many cells nearest to a row's own are looked into (more where they hold
    too few rows).
    """
    cells = partition(rows)
    indices = np.empty((len(rows), k), dtype=np.intp)
    for cell in range(len(cells)):
        indices[cells.order[cells.members(cell)]] = cells.order[
            _Tile(cells, cell, k, probes).search()
        ]
    return indices


class _Tile:
    """The search for the rows of one cell; columns are positions in the sorted rows."""

    def __init__(self, cells: Cells, cell: int, k: int, probes: int | None) -> None:
        self._cells, self._cell, self._k = cells, cell, k
        self._members = cells.members(cell)
        self._centre = cells.centres[cell]
        self._rows = cells.rows[self._members] - self._centre
        self._visits = self._cells_by_distance(cell, probes)
        count = self._members.stop - self._members.start
        self._columns = np.zeros((count, k), dtype=np.intp)
        self._squares = np.full((count, k), np.inf, dtype=np.float32)

    def search(self) -> NDArray[np.intp]:
        """Return the columns (rows, k) of the nearest."""
        lower = self._lower_bounds()
        at, width = 0, self._first_cells()
        while at < len(self._visits):
            group = slice(at, at + width)
            reach = np.sqrt(self._squares[:, -1]) * np.float32(1 + SLACK)
            needed = lower[:, group] <= reach[:, None]
            rows = np.flatnonzero(needed.any(axis=1))
            visited = self._visits[group][needed.any(axis=0)]
            if len(rows) and len(visited):
                self._look(rows, visited)
            at, width = at + width, min(width * _GROWTH, _MOST_CELLS)
        return self._columns

    def _cells_by_distance(self, cell: int, probes: int | None) -> NDArray[np.intp]:
        gaps = np.linalg.norm(self._cells.centres - self._centre, axis=1)
        if probes is None:
            gaps -= self._cells.radii
        gaps[cell] = -np.inf
        visits = np.argsort(gaps, kind="stable")
        if probes is None:
            return visits
        sizes = np.diff(self._cells.ends)[visits]
        enough = 1 + int(np.searchsorted(np.cumsum(sizes), self._k + 1))
        return visits[: max(probes, enough)]

    def _lower_bounds(self) -> FloatMatrix:
        centres = self._cells.centres[self._visits] - self._centre
        radii = self._cells.radii[self._visits]
        return np.sqrt(squared_distances(self._rows, centres)) - radii

    def _first_cells(self) -> int:
        sizes = np.diff(self._cells.ends)[self._visits]
        wanted_rows = max(_FIRST_ROWS, 2 * self._k)
        return 1 + int(np.searchsorted(np.cumsum(sizes), min(wanted_rows, int(sizes.sum()))))

    def _look(self, rows: NDArray[np.intp], visited: NDArray[np.intp]) -> None:
        members = [self._cells.members(int(cell)) for cell in visited]
        columns = np.concatenate([np.arange(span.start, span.stop) for span in members])
        shifted_columns = (
            np.concatenate([self._cells.rows[span] for span in members]) - self._centre
        )
        in_reach = within_reach(self._rows[rows], np.sqrt(self._squares[rows, -1]), shifted_columns)
        columns, shifted_columns = columns[in_reach], shifted_columns[in_reach]
        squares = squared_distances(self._rows[rows], shifted_columns)
        if visited[0] == self._cell:  # the first look, at all rows: leave out each row itself
            squares[rows, rows] = np.inf
            self._take_best(rows, columns, squares)
        else:
            self._merge(rows, columns, squares)

    def _take_best(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp], squares: FloatMatrix
    ) -> None:
        best = np.argpartition(squares, self._k - 1, axis=1)[:, : self._k]
        self._columns[rows] = columns[best]
        self._squares[rows] = np.take_along_axis(squares, best, axis=1)
        self._sort(rows)

    def _merge(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp], squares: FloatMatrix
    ) -> None:
        """Merge the few distances below the bounds: a stable sort by row of old and new together."""
        below = np.flatnonzero(squares < self._squares[rows, -1:])
        if not len(below):
            return
        row, column = np.divmod(below, len(columns))
        touched, row = np.unique(row, return_inverse=True)
        merged_rows = rows[touched]
        owner = np.concatenate([np.repeat(np.arange(len(merged_rows)), self._k), row])
        square = np.concatenate([self._squares[merged_rows].ravel(), squares.ravel()[below]])
        where = np.concatenate([self._columns[merged_rows].ravel(), columns[column]])
        order = np.lexsort((square, owner))
        starts = np.searchsorted(owner[order], np.arange(len(merged_rows)))
        best = order[(starts[:, None] + np.arange(self._k))]
        self._columns[merged_rows] = where[best]
        self._squares[merged_rows] = square[best]

    def _sort(self, rows: NDArray[np.intp]) -> None:
        order = np.argsort(self._squares[rows], axis=1, kind="stable")
        self._squares[rows] = np.take_along_axis(self._squares[rows], order, axis=1)
        self._columns[rows] = np.take_along_axis(self._columns[rows], order, axis=1)
