"""How well clusters are separated in a neighbour graph, without knowing any family."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, unit_rows
from clustering.algorithms.spectral import spectral_embedding
from clustering.contract import Labels
from clustering.scores.silhouette import silhouette


@dataclass(frozen=True, slots=True)
class Separation:
    """``modularity``: share of links inside clusters beyond what chance puts there. ``silhouette``:
    in the graph's own k leading eigenvectors.

    Modularity alone splits large groups, the silhouette alone joins them; ``score``, modularity times
    the root of the silhouette, holds the balance.
    """

    modularity: float
    silhouette: float

    @property
    def score(self) -> float:
        """What the best grouping has most of, in [0, 1)."""
        return max(self.modularity, 0.0) * math.sqrt(max(self.silhouette, 0.0))


class GraphSeparation:
    """Measures groupings of one graph: the eigenvectors are computed once, up to ``most`` of them."""

    def __init__(self, graph: Any, most: int, seed: int) -> None:
        self._graph = graph
        size = min(most, graph.shape[0])
        self._vectors = spectral_embedding(graph, size, seed)

    def embedding(self, k: int) -> FloatMatrix:
        """Return the graph's ``k`` leading eigenvectors, rows of unit length, shape (n, k)."""
        return unit_rows(self._vectors[:, -k:])

    def of(self, labels: Labels) -> Separation:
        """Measure one grouping of all nodes."""
        k = int(labels.max()) + 1
        graph_silhouette = silhouette(self.embedding(k), labels)
        return Separation(
            modularity(self._graph, labels), 0.0 if graph_silhouette is None else graph_silhouette
        )


def modularity(graph: Any, labels: Labels, resolution: float = 1.0) -> float:
    """Return the modularity (Newman, Girvan, 2004) of a symmetric graph's grouping, at most 1."""
    inside, degrees, total = links(graph, labels)
    return float(np.trace(inside) / total - resolution * np.sum((degrees / total) ** 2))


def links(graph: Any, labels: Labels) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the links between clusters (k, k), each cluster's links (k,), and all of them."""
    from scipy.sparse import csr_array

    n, k = len(labels), int(labels.max()) + 1
    member = csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, k))
    between: NDArray[np.float64] = (member.T @ graph @ member).toarray()
    return between, between.sum(axis=1), float(between.sum())
