"""Graphs over the nearest neighbours, as symmetric scipy matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.search import Neighbours
from clustering.neighbours.spanning import spanning_tree

_ROWS = 4096
_SCALE_NEIGHBOUR = 7


def shared_neighbour_graph(indices: NDArray[np.intp]) -> Any:
    """Return the shared-nearest-neighbour graph of ``indices`` (n, k), a csr_array (n, n).

    Two rows are joined when either is among the other's neighbours; the weight is the Jaccard
    similarity of their neighbourhoods, a row itself counted to its own (Jarvis and Patrick, 1973, as
    in PhenoGraph). Float64, above 0, empty diagonal. Memory O(n k).
    """
    from scipy.sparse import csr_array, vstack

    n, k = indices.shape
    if k == 0:
        return csr_array((n, n))
    hoods = _pattern(np.column_stack([np.arange(n), indices]), n)
    links = _pattern(indices, n)
    parts = []
    for start in range(0, n, _ROWS):
        rows = slice(start, start + _ROWS)
        shared = (hoods[rows] @ hoods.T).multiply(links[rows]).tocsr()
        shared.data = shared.data / (2 * (k + 1) - shared.data)
        parts.append(shared)
    graph = csr_array(vstack(parts))
    return csr_array(graph.maximum(graph.T))


def self_tuning_graph(rows: FloatMatrix, neighbours: Neighbours) -> Any:
    """Return affinities exp(-d^2 / (s_a s_b)) of rows among each other's nearest; csr_array (n, n).

    ``s`` is the distance to a row's 7th neighbour (Zelnik-Manor and Perona, 2004). The edges of the
    rows' minimum spanning tree are added, so that the graph is in one piece; no weight is below 1e-6.
    """
    from scipy.sparse import csr_array

    n, k = neighbours.indices.shape
    scale = neighbours.distances[:, min(_SCALE_NEIGHBOUR, k) - 1].astype(np.float64)
    positive = scale[scale > 0]
    scale = np.maximum(scale, 1e-6 * float(np.median(positive)) if len(positive) else 1.0)
    tree = spanning_tree(rows, neighbours, np.zeros(n, dtype=np.float32)).tocoo()
    left = np.concatenate([np.repeat(np.arange(n), k), tree.row])
    right = np.concatenate([neighbours.indices.ravel(), tree.col])
    distances = np.concatenate([neighbours.distances.ravel(), tree.data])
    weights = np.maximum(np.exp(-(distances**2) / (scale[left] * scale[right])), 1e-6)
    _, once = np.unique(left.astype(np.int64) * n + right, return_index=True)
    graph = csr_array((weights[once], (left[once], right[once])), shape=(n, n))
    return csr_array(graph.maximum(graph.T))


def _pattern(indices: NDArray[np.intp], n: int) -> Any:
    from scipy.sparse import csr_array

    starts = np.arange(0, indices.size + 1, indices.shape[1])
    ordered = np.sort(indices, axis=1)
    return csr_array((np.ones(indices.size), ordered.ravel(), starts), shape=(n, n))
