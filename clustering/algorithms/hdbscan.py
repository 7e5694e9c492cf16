"""HDBSCAN on a minimum spanning tree found through nearest neighbours.

Campello, Moulavi, Sander, 2013. The tree of the mutual reachability distances is the costly part: here
it is that of the k-NN graph, completed by the shortest edges between the pieces that the graph falls
into (``spanning``). scikit-learn condenses the tree and selects the clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.contract import NOISE, Labels
from clustering.neighbours import nearest
from clustering.neighbours.spanning import spanning_tree
from clustering.numerics.checks import check_choice, check_whole

_EXACT_ROWS = 120_000
_NEIGHBOURS = {True: 16, False: 48}
_PROBES = 32


@dataclass(eq=False)
class HDBSCAN(Algorithm):
    """Clusters of any density, at least ``min_cluster_size`` rows each; the rest is noise.

    ``min_samples`` (default: ``min_cluster_size``) neighbours, a row itself not counted, make the
    core distance, as in the package ``hdbscan``. ``probabilities_`` (n,) say how firmly rows belong.
    Exact up to 120,000 rows; above that neighbours come from the 32 nearest cells of some 256 rows and
    the tree from the graph of 48 neighbours. Chance plays no part.
    """

    min_cluster_size: int = 15
    min_samples: int | None = None
    cluster_selection_epsilon: float = 0.0
    cluster_selection_method: str = "eom"
    probabilities_: NDArray[np.float64] = field(init=False, repr=False)

    def _check(self, n: int) -> None:  # noqa: ARG002
        check_whole("min_cluster_size", self.min_cluster_size, 2)
        if self.min_samples is not None:
            check_whole("min_samples", self.min_samples, 1)
        check_choice("cluster_selection_method", self.cluster_selection_method, ("eom", "leaf"))

    def _fit(self, rows: FloatMatrix) -> Labels:
        min_samples = self.min_samples or self.min_cluster_size
        if len(rows) < max(self.min_cluster_size, 2):
            self.probabilities_ = np.zeros(len(rows))
            return np.full(len(rows), NOISE, dtype=np.int32)
        exact = len(rows) <= _EXACT_ROWS
        neighbours = nearest(
            rows, max(min_samples, _NEIGHBOURS[exact]), probes=None if exact else _PROBES
        )
        core = neighbours.distances[:, min(min_samples, neighbours.distances.shape[1]) - 1]
        return self._from_tree(spanning_tree(rows, neighbours, core, exact=exact))

    def _from_tree(self, tree: object) -> Labels:
        """Let scikit-learn read the tree: with ``min_samples`` 1 it takes the weights as they are."""
        from sklearn import cluster

        estimator = cluster.HDBSCAN(
            min_cluster_size=self.min_cluster_size,
            min_samples=1,
            cluster_selection_epsilon=float(self.cluster_selection_epsilon),
            cluster_selection_method=self.cluster_selection_method,
            metric="precomputed",
            copy=False,
        ).fit(tree)
        self.probabilities_ = estimator.probabilities_
        return np.asarray(estimator.labels_, dtype=np.int32)
