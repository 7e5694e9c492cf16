"""Exact DBSCAN in memory that grows with n alone (Ester et al., 1996).

scikit-learn collects every neighbour list first, 8 bytes a pair within ``eps``. Here the rows are cut
into balls, rows too far from a ball are left out by the triangle inequality, and the others are looked
at as tiles of distances three times: to count neighbours (which rows are core), to join core rows, and
to give border rows to a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.contract import NOISE, Labels
from clustering.neighbours.cells import Cells, partition
from clustering.neighbours.components import Components
from clustering.neighbours.within import Within
from clustering.numerics.checks import check_positive, check_whole
from clustering.numerics.threads import one_blas_thread

_TILE_COLUMNS = 2040
"""A tile is up to 512 x 2040 distances: 255 words of 8 booleans a row."""

_NONE = np.iinfo(np.int32).max


@dataclass(eq=False)
class DBSCAN(Algorithm):
    """Clusters are rows connected through core rows: those with ``min_samples`` rows, themselves
    counted, within ``eps``; other rows near a core row are border, the rest is noise.

    The labels are scikit-learn's: clusters are numbered by their first core row, and a border row
    that two clusters reach goes to the lower number. Chance plays no part.
    """

    eps: float = 0.5
    min_samples: int = 5
    core_sample_indices_: NDArray[np.intp] = field(init=False, repr=False)

    def _check(self, n: int) -> None:  # noqa: ARG002
        check_positive("eps", self.eps)
        check_whole("min_samples", self.min_samples, 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        with one_blas_thread():
            cells = partition(rows)
            scan = _Scan(cells, Within(rows, cells, float(self.eps)))
            counts = scan.counts()
            core = counts >= self.min_samples
            sorted_labels = scan.joined(core)
            scan.give_borders(sorted_labels, core, np.flatnonzero(~core & (counts > 1)))
        labels = np.empty(len(rows), dtype=np.int32)
        labels[cells.order] = sorted_labels
        self.core_sample_indices_ = np.sort(cells.order[core])
        return labels


class _Scan:
    """The three passes; rows are positions in the cells' order."""

    def __init__(self, cells: Cells, within: Within) -> None:
        self._cells, self._within = cells, within
        sizes = np.diff(cells.ends)
        self._sizes = sizes
        self._cell_of = np.repeat(np.arange(len(cells), dtype=np.int32), sizes)
        self._touching: list[NDArray[np.intp]] = []

    def counts(self) -> NDArray[np.intp]:
        """Return how many rows lie within eps of each, itself counted; note the cells that touch."""
        counts = np.zeros(len(self._cells.rows), dtype=np.intp)
        for cell in range(len(self._cells)):
            members = self._cells.members(cell)
            whole_cells = self._within.whole(cell)
            counts[members] += self._sizes[whole_cells].sum()
            touching = np.zeros(len(self._cells), dtype=np.bool_)
            touching[whole_cells] = True
            for columns in self._tiles(cell, ~touching):
                within_eps = self._within.matrix(
                    cell, np.arange(members.start, members.stop), columns
                )
                of_column = _column_sums(within_eps)
                counts[members] += _row_sums(within_eps)
                later = columns >= members.stop
                counts[columns[later]] += of_column[later]
                touching[self._cell_of[columns[of_column > 0]]] = True
            for later_cell in whole_cells[whole_cells > cell]:
                counts[self._cells.members(int(later_cell))] += self._sizes[cell]
            touching[:cell] = False
            self._touching.append(np.flatnonzero(touching))
        return counts

    def joined(self, core: NDArray[np.bool_]) -> Labels:
        """Return labels (n,) of the core rows, numbered by first row; -1 elsewhere."""
        components = Components(len(core))
        for cell, touching in enumerate(self._touching):
            rows = self._core_rows(cell, core)
            if not len(rows):
                continue
            self._join_own(components, cell, rows)
            looked_at = np.zeros(len(self._cells), dtype=np.bool_)
            looked_at[touching[touching > cell]] = True
            for nearby in self._tiles(cell, looked_at):
                columns = nearby[core[nearby]]
                roots = components.roots(rows)
                if (roots == roots[0]).all():
                    columns = columns[components.roots(columns) != roots[0]]
                if len(columns):
                    self._join(components, cell, rows, columns)
        return self._numbered(components, core)

    def give_borders(
        self, labels: Labels, core: NDArray[np.bool_], borders: NDArray[np.intp]
    ) -> None:
        """Give each border row the lowest label among the core rows within eps, in place."""
        of_cell = self._cell_of[borders]
        touching = self._touching_both_ways()
        for cell in np.unique(of_cell):
            rows = borders[of_cell == cell]
            best = np.full(len(rows), _NONE, dtype=np.int32)
            is_touching = np.zeros(len(self._cells), dtype=np.bool_)
            is_touching[touching[cell]] = True
            possible = self._within.possible(int(cell))
            possible = possible[core[possible] & is_touching[self._cell_of[possible]]]
            for start in range(0, len(possible), _TILE_COLUMNS):
                columns = possible[start : start + _TILE_COLUMNS]
                within_eps = self._within.matrix(int(cell), rows, columns)
                reached = np.where(within_eps, labels[columns], _NONE)
                np.minimum(best, reached.min(axis=1), out=best)
            labels[rows] = np.where(best == _NONE, NOISE, best)

    def _touching_both_ways(self) -> list[NDArray[np.intp]]:
        left = np.repeat(np.arange(len(self._cells)), [len(cells) for cells in self._touching])
        right = np.concatenate(self._touching)
        left, right = np.concatenate([left, right]), np.concatenate([right, left])
        order = np.argsort(left, kind="stable")
        return np.split(right[order], np.searchsorted(left[order], np.arange(1, len(self._cells))))

    def _tiles(self, cell: int, cell_mask: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
        """Yield the rows of the wanted cells from this one on that may be near it, some at a time."""
        possible = self._within.possible(cell)
        possible = possible[np.searchsorted(possible, self._cells.ends[cell]) :]
        possible = possible[cell_mask[self._cell_of[possible]]]
        for start in range(0, len(possible), _TILE_COLUMNS):
            yield possible[start : start + _TILE_COLUMNS]

    def _core_rows(self, cell: int, core: NDArray[np.bool_]) -> NDArray[np.intp]:
        members = self._cells.members(cell)
        return np.flatnonzero(core[members]) + np.intp(members.start)

    def _join_own(self, components: Components, cell: int, rows: NDArray[np.intp]) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        links = csr_array(self._within.matrix(cell, rows, rows))
        _, group = connected_components(links, directed=False)
        first_members = np.unique(group, return_index=True)[1]
        components.join(rows, rows[first_members[group]])

    def _join(
        self,
        components: Components,
        cell: int,
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
    ) -> None:
        """Join what touches: of each row component, which column components have a row near."""
        touches = self._within.matrix(cell, rows, columns)
        roots, group = np.unique(components.roots(rows), return_inverse=True)
        if len(roots) <= len(rows) // 4:
            order = np.argsort(group, kind="stable")
            starts = np.searchsorted(group[order], np.arange(len(roots)))
            touches = np.logical_or.reduceat(touches[order], starts, axis=0)
            rows = rows[order][starts]
        row, column = np.nonzero(touches)
        components.join(rows[row], columns[column])

    def _numbered(self, components: Components, core: NDArray[np.bool_]) -> Labels:
        labels: Labels = np.full(len(core), NOISE, dtype=np.int32)
        positions = np.flatnonzero(core)
        if len(positions):
            roots = components.roots(positions)
            _, group = np.unique(roots, return_inverse=True)
            first_rows = np.full(group.max() + 1, len(core), dtype=np.intp)
            np.minimum.at(first_rows, group, self._cells.order[positions])
            rank = np.empty(len(first_rows), dtype=np.int32)
            rank[np.argsort(first_rows)] = np.arange(len(first_rows))
            labels[positions] = rank[group]
        return labels


def _row_sums(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    # eight columns at a time: sums of words are sums of their bytes, up to 255 of them
    wide = flags.shape[1] // 8 * 8
    words = np.add.reduce(flags[:, :wide].view(np.uint64), axis=1)
    sums = words.view(np.uint8).reshape(len(flags), 8).sum(axis=1, dtype=np.intp)
    return np.asarray(sums + flags[:, wide:].sum(axis=1))


def _column_sums(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    sums = np.zeros(flags.shape[1], dtype=np.intp)
    for start in range(0, len(flags), 255):  # what a byte can count
        sums += np.add.reduce(flags[start : start + 255].view(np.uint8), axis=0, dtype=np.uint8)
    return sums
