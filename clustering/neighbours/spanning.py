"""Minimum spanning tree of the mutual reachability distances: max(d(a, b), core a, core b).

Boruvka's algorithm on the k-NN graph: a piece of the forest takes its shortest edge to another piece.
An edge that the graph does not name is longer than its ends' k-th neighbours, so while a piece's best
edge is no longer than those it is the shortest there is. Only pieces for which that fails search
among all rows, and what they learn holds for the rest of the run. Taken as they are, the graph's edges
make a tree that is longer by some 1e-4; then only pieces without any edge out search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.bridges import Bridges, Edges
from clustering.neighbours.cells import Cells, partition
from clustering.neighbours.search import Neighbours
from clustering.numerics.threads import one_blas_thread

_TINY = 1e-7
"""Weight of an edge between copies, as a share of the median: sparse matrices hold no zeros."""


def spanning_tree(
    rows: FloatMatrix, neighbours: Neighbours, core: NDArray[np.float32], *, exact: bool = False
) -> Any:
    """Return the tree as a symmetric scipy csr_array (n, n) of float64 weights.

    ``neighbours`` are the rows' nearest others, at least as many as make the core distances ``core``
    (n,). Without ``exact`` the graph's edges are trusted; with it, ``neighbours`` must be exact as well.
    """
    with one_blas_thread():
        return _as_matrix(len(rows), _Growth(rows, neighbours, core, exact).grow())


def _as_matrix(n: int, edges: Edges) -> Any:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    low, high = np.minimum(edges.left, edges.right), np.maximum(edges.left, edges.right)
    floor = _TINY * float(np.median(edges.weights)) or _TINY
    order = np.lexsort((high, low))
    low, high, weights = low[order], high[order], np.maximum(edges.weights[order], floor)
    once = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0))  # both ends may take an edge
    graph = csr_array((weights[once], (low[once], high[once])), shape=(n, n))
    tree = minimum_spanning_tree(graph)  # equal weights may have closed a cycle
    return tree + tree.T


class _Growth:
    """The forest as it grows: pieces, the edges known, and how far each row has seen."""

    def __init__(
        self, rows: FloatMatrix, neighbours: Neighbours, core: NDArray[np.float32], exact: bool
    ) -> None:
        self._rows, self._core = rows, core
        self._cells: Cells | None = None
        self._pieces = np.arange(len(rows))
        everything = np.full(len(rows), np.finfo(np.float64).max)
        self._seen = neighbours.distances[:, -1].astype(np.float64) if exact else everything
        self._known = _graph_edges(neighbours, core).by_weight()
        self._taken: list[Edges] = []

    def grow(self) -> Edges:
        """Return edges that connect all rows."""
        while (count := int(self._pieces.max()) + 1) > 1:
            best = self._shortest(count)
            weights = np.append(self._known.weights, np.inf)[best]
            searched_to = np.full(count, np.inf)
            np.minimum.at(searched_to, self._pieces, self._seen)
            sure = weights <= searched_to
            if sure.any():
                self._take(self._known.at(best[sure]))
            else:
                self._search(weights)
        return Edges.joined(self._taken)

    def _shortest(self, count: int) -> NDArray[np.intp]:
        """Return the position of each piece's shortest known edge out, or one past the last."""
        left, right = self._pieces[self._known.left], self._pieces[self._known.right]
        outward = np.flatnonzero(left != right)
        self._known = self._known.at(outward)
        best = np.full((2, count), len(outward), dtype=np.intp)
        for row, pieces in enumerate((left[outward], right[outward])):
            best[row][pieces[::-1]] = np.arange(len(outward))[::-1]  # of several the first stays
        return np.asarray(best.min(axis=0))

    def _take(self, edges: Edges) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        count = int(self._pieces.max()) + 1
        ends = self._pieces[edges.left], self._pieces[edges.right]
        joined = csr_array((np.ones(len(edges.left), np.int8), ends), shape=(count, count))
        self._taken.append(edges)
        self._pieces = connected_components(joined, directed=False)[1][self._pieces]

    def _search(self, weights: NDArray[np.float64]) -> None:
        """Let every piece but the largest look for edges shorter than its best known one."""
        self._cells = self._cells or partition(self._rows)
        searching = np.ones(len(weights), dtype=np.bool_)
        searching[np.bincount(self._pieces).argmax()] = False
        rows = searching[self._pieces] & (self._seen < weights[self._pieces])
        edges, best = Bridges(self._cells, self._core, self._pieces, weights).search(rows)
        self._known = Edges.joined([self._known, edges]).by_weight()
        searched = searching[self._pieces]
        self._seen[searched] = np.maximum(self._seen, best[self._pieces])[searched]


def _graph_edges(neighbours: Neighbours, core: NDArray[np.float32]) -> Edges:
    k = neighbours.indices.shape[1]
    left = np.repeat(np.arange(len(neighbours.indices), dtype=np.int32), k)
    right = neighbours.indices.ravel().astype(np.int32)
    weights = np.maximum(neighbours.distances.ravel(), np.maximum(core[left], core[right]))
    return Edges(left, right, weights)
