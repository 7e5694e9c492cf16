"""Spectral clustering on a self-tuning k-NN graph (Ng, Jordan, Weiss, 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, unit_rows
from clustering.algorithms.base import Algorithm
from clustering.algorithms.kmeans import KMeans
from clustering.contract import Labels
from clustering.neighbours import nearest
from clustering.neighbours.graph import self_tuning_graph
from clustering.numerics.checks import all_equal, check_clusters, check_whole

_TOLERANCE = 1e-5
_DENSE_ROWS = 256


@dataclass(eq=False)
class Spectral(Algorithm):
    """k-means on the leading eigenvectors of the normalised graph: clusters of any shape.

    ``n_neighbors`` of each row make the graph. Memory O(n * (n_neighbors + n_clusters)).
    """

    n_clusters: int = 8
    n_neighbors: int = 10
    random_state: int = 0

    def _check(self, n: int) -> None:
        check_clusters(self.n_clusters, n)
        check_whole("n_neighbors", self.n_neighbors, 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        if self.n_clusters == 1 or all_equal(rows):
            return np.zeros(len(rows), np.int32)
        graph = self_tuning_graph(rows, nearest(rows, self.n_neighbors))
        space = spectral_embedding(graph, self.n_clusters, self.random_state)
        return KMeans(self.n_clusters, random_state=self.random_state).fit_predict(space)


def spectral_embedding(graph: Any, size: int, seed: int = 0) -> FloatMatrix:
    """Return the ``size`` leading eigenvectors of D^-1/2 W D^-1/2, rows of unit length; (n, size).

    ``graph`` is a symmetric scipy csr matrix of weights without an empty row.
    """
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import eigsh

    roots = diags_array(1 / np.sqrt(graph.sum(axis=1)))
    normal = roots @ graph @ roots
    n = graph.shape[0]
    if size >= n - 1 or n <= _DENSE_ROWS:
        vectors: NDArray[np.float64] = np.linalg.eigh(normal.toarray())[1][:, -size:]
    else:
        start = np.random.default_rng(seed).uniform(-1, 1, n)
        width = min(n, max(2 * size + 1, 40))
        vectors = eigsh(normal, size, which="LA", v0=start, ncv=width, tol=_TOLERANCE)[1]
    return unit_rows(vectors.astype(np.float32))
