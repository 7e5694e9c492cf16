"""Agglomerative clustering (scikit-learn's), along the neighbour graph where rows are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.contract import Labels
from clustering.neighbours import nearest
from clustering.neighbours.spanning import spanning_tree
from clustering.numerics.checks import all_equal, check_choice, check_clusters, check_whole

_ALL_PAIRS_ROWS = 5000


@dataclass(eq=False)
class Agglomerative(Algorithm):
    """Merges the two nearest clusters until ``n_clusters`` are left.

    Up to 5,000 rows any two clusters may merge (memory O(n^2)); above that only those joined in the
    graph of ``n_neighbors`` and the minimum spanning tree (memory O(n * n_neighbors)). Chance plays
    no part.
    """

    n_clusters: int = 8
    linkage: str = "ward"
    n_neighbors: int = 10

    def _check(self, n: int) -> None:
        check_clusters(self.n_clusters, n)
        check_choice("linkage", self.linkage, ("ward", "average", "complete", "single"))
        check_whole("n_neighbors", self.n_neighbors, 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        from sklearn import cluster

        if all_equal(rows):
            return np.zeros(len(rows), np.int32)
        links = self._links(rows) if len(rows) > _ALL_PAIRS_ROWS else None
        estimator = cluster.AgglomerativeClustering(
            self.n_clusters, linkage=self.linkage, connectivity=links
        )
        return np.asarray(estimator.fit(rows).labels_, dtype=np.int32)

    def _links(self, rows: FloatMatrix) -> Any:
        from scipy.sparse import csr_array

        neighbours = nearest(rows, self.n_neighbors)
        n, k = neighbours.indices.shape
        tree = spanning_tree(rows, neighbours, np.zeros(n, dtype=np.float32)).tocoo()
        left = np.concatenate([np.repeat(np.arange(n), k), tree.row])
        right = np.concatenate([neighbours.indices.ravel(), tree.col])
        return csr_array((np.ones(len(left)), (left, right)), shape=(n, n))
