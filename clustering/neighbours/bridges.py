"""The shortest edges from pieces of a forest to other pieces, in mutual reachability distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.cells import Cells, within_reach
from clustering.numerics.distances import SLACK, squared_distances

_GROUP = 8
_Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of a graph over rows; all arrays have the shape (edges,)."""

    left: NDArray[np.integer]
    right: NDArray[np.integer]
    weights: NDArray[np.floating]

    @classmethod
    def joined(cls, parts: Sequence[Edges]) -> Edges:
        """Return the edges of all parts."""
        return cls(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.weights for part in parts]),
        )

    def at(self, positions: _Positions) -> Edges:
        """Return the edges at these positions."""
        return Edges(self.left[positions], self.right[positions], self.weights[positions])

    def by_weight(self) -> Edges:
        """Return the edges, shortest first; equal ones stay in order."""
        return self.at(np.argsort(self.weights, kind="stable"))


class Bridges:
    """Looks for each piece's shortest edge to another piece, below a bound that is known already.

    ``core`` (n,) are core distances, ``pieces`` (n,) says which piece each row belongs to and
    ``bounds`` (pieces,) what is known. The best edge of a piece so far bounds what its rows still
    have to look at.
    """

    def __init__(
        self,
        cells: Cells,
        core: NDArray[np.float32],
        pieces: _Positions,
        bounds: NDArray[np.float64],
    ) -> None:
        self._cells = cells
        self._core = core[cells.order]
        self._pieces = pieces[cells.order].astype(np.int32)
        starts = cells.ends[:-1]
        self._lowest_core = np.minimum.reduceat(self._core, starts)
        low = np.minimum.reduceat(self._pieces, starts)
        self._whole = np.where(low == np.maximum.reduceat(self._pieces, starts), low, -1)
        self._best = bounds.copy()
        self._ends = np.full((len(bounds), 2), -1, dtype=np.intp)

    def search(self, rows: NDArray[np.bool_]) -> tuple[Edges, NDArray[np.float64]]:
        """Return the edges found from these rows (n,) and each piece's shortest weight (pieces,)."""
        searching = rows[self._cells.order]
        for cell in range(len(self._cells)):
            members = self._cells.members(cell)
            looking = np.flatnonzero(searching[members]) + members.start
            if len(looking):
                self._look_from(cell, looking)
        reached = np.flatnonzero(self._ends[:, 0] >= 0)
        ends = self._cells.order[self._ends[reached]]
        return Edges(ends[:, 0], ends[:, 1], self._best[reached]), self._best

    def _look_from(self, cell: int, rows: _Positions) -> None:
        centre = self._cells.centres[cell]
        shifted_rows = self._cells.rows[rows] - centre
        pieces = self._pieces[rows]
        lower = self._lower_bounds(shifted_rows, rows, centre)
        nearest = lower.min(axis=0)
        visits = np.argsort(nearest, kind="stable")
        for start in range(0, len(visits), _GROUP):
            visited = visits[start : start + _GROUP]
            if nearest[visited[0]] >= self._best[pieces].max():
                break
            needed = lower[:, visited] < self._best[pieces][:, None]
            looking = np.flatnonzero(needed.any(axis=1))
            if len(looking):
                self._compare(
                    rows[looking], shifted_rows[looking], visited[needed.any(axis=0)], centre
                )

    def _lower_bounds(
        self, shifted_rows: FloatMatrix, rows: _Positions, centre: NDArray[np.float32]
    ) -> FloatMatrix:
        gaps = np.sqrt(squared_distances(shifted_rows, self._cells.centres - centre))
        floor = np.maximum(self._core[rows][:, None], self._lowest_core)
        lower: FloatMatrix = np.maximum((gaps - self._cells.radii) * np.float32(1 - SLACK), floor)
        lower[self._pieces[rows][:, None] == self._whole] = np.inf
        return lower

    def _compare(
        self,
        rows: _Positions,
        shifted_rows: FloatMatrix,
        visited: _Positions,
        centre: NDArray[np.float32],
    ) -> None:
        members = [self._cells.members(int(cell)) for cell in visited]
        columns = np.concatenate([np.arange(span.start, span.stop) for span in members])
        own_pieces = self._pieces[rows]
        shifted_columns = self._cells.rows[columns] - centre
        in_reach = within_reach(
            shifted_rows, self._best[own_pieces].astype(np.float32), shifted_columns
        )
        columns = columns[in_reach]
        squares = squared_distances(shifted_rows, shifted_columns[in_reach])
        other_pieces = self._pieces[columns]
        closer = squares < (self._best[own_pieces] ** 2).astype(np.float32)[:, None]
        closer &= own_pieces[:, None] != other_pieces
        at = np.flatnonzero(closer)
        row, column = np.divmod(at, len(columns))
        reach = np.sqrt(squares.ravel()[at])
        reach = np.maximum(reach, np.maximum(self._core[rows[row]], self._core[columns[column]]))
        self._keep(rows[row], columns[column], reach)

    def _keep(self, rows: _Positions, columns: _Positions, reach: NDArray[np.float32]) -> None:
        order = np.argsort(reach, kind="stable")
        pieces, first = np.unique(self._pieces[rows[order]], return_index=True)
        at = order[first]
        better = reach[at] < self._best[pieces]
        pieces, at = pieces[better], at[better]
        self._best[pieces] = reach[at]
        self._ends[pieces] = np.column_stack([rows[at], columns[at]])
