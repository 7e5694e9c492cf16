"""Leiden communities on the shared-nearest-neighbour graph (graspologic-native, MIT)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.contract import Labels
from clustering.neighbours import nearest
from clustering.neighbours.graph import shared_neighbour_graph
from clustering.numerics.checks import check_positive, check_whole
from clustering.numerics.numbering import in_order_of_rows


@dataclass(eq=False)
class Leiden(Algorithm):
    """Communities of rows that share neighbours (Traag, Waltman, van Eck, 2019).

    ``n_neighbors`` of each row make the graph; a higher ``resolution`` makes more clusters. Every
    row gets one. Memory O(n * n_neighbors).
    """

    n_neighbors: int = 15
    resolution: float = 1.0
    random_state: int = 0

    def _check(self, n: int) -> None:  # noqa: ARG002
        check_whole("n_neighbors", self.n_neighbors, 1)
        check_positive("resolution", self.resolution)

    def _fit(self, rows: FloatMatrix) -> Labels:
        graph = shared_neighbour_graph(nearest(rows, self.n_neighbors).indices)
        return communities(graph, self.resolution, self.random_state)


def communities(graph: Any, resolution: float, seed: int = 0) -> Labels:
    """Return the community of each node of a symmetric scipy csr graph, by modularity; shape (n,)."""
    import graspologic_native

    n = graph.shape[0]
    if not graph.nnz:
        return np.arange(n, dtype=np.int32)
    _, community_of = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        n,
        resolution=float(resolution),
        iterations=2,
        seed=seed,
    )
    labels = np.fromiter((community_of.get(node, -1 - node) for node in range(n)), np.int64, n)
    return in_order_of_rows(labels)
