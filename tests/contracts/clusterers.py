"""Every clusterer that the conformance suite runs: factories by name.

``blobs`` are the parameters with which five well separated groups are found. Add a clusterer to the
list and the suite covers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clustering.algorithms.base import Algorithm
from clustering.algorithms.registry import ALGORITHMS, clusterer


@dataclass(frozen=True)
class Case:
    """An algorithm and the parameters it is tried with."""

    algorithm: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def takes_k(self) -> bool:
        return ALGORITHMS[self.algorithm].takes_k

    @property
    def finds_noise(self) -> bool:
        return ALGORITHMS[self.algorithm].finds_noise

    def make(self, k: int = 5, seed: int = 0) -> Algorithm:
        return clusterer(self.algorithm, self.params, k=k, seed=seed)


CASES: dict[str, Case] = {
    "kmeans": Case("kmeans"),
    "kmeans blocked": Case("kmeans", {"engine": "blocked"}),
    "kmeans faiss": Case("kmeans", {"engine": "faiss"}),
    "kmeans torch": Case("kmeans", {"engine": "torch", "device": "cpu"}),
    "minibatch": Case("minibatch", {"batch_size": 256}),
    "dbscan": Case("dbscan", {"eps": 3.0}),
    "hdbscan": Case("hdbscan"),
    "hdbscan leaf": Case("hdbscan", {"cluster_selection_method": "leaf", "min_cluster_size": 40}),
    "agglomerative": Case("agglomerative"),
    "agglomerative average": Case("agglomerative", {"linkage": "average"}),
    "gaussian": Case("gaussian"),
    "gaussian full": Case("gaussian", {"covariance_type": "full"}),
    "spectral": Case("spectral"),
    "leiden": Case("leiden", {"resolution": 0.5}),
}
