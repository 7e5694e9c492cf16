"""Mini-batch k-means of scikit-learn (Sculley, Web-scale k-means clustering, 2010)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.algorithms.centred import Centred
from clustering.contract import Labels
from clustering.numerics.checks import check_clusters, check_whole


@dataclass(eq=False)
class MiniBatchKMeans(Centred, Algorithm):
    """k-means on random batches: for rows that arrive faster than k-means can sweep them.

    Below some 200 clusters and 128 columns ``kmeans`` is faster and better. Memory: O(batch_size).
    """

    n_clusters: int = 8
    batch_size: int = 4096
    max_iter: int = 100
    n_init: int = 3
    random_state: int = 0

    def _check(self, n: int) -> None:
        check_clusters(self.n_clusters, n)
        for name in ("batch_size", "max_iter", "n_init"):
            check_whole(name, getattr(self, name), 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        from sklearn import cluster
        from sklearn.exceptions import ConvergenceWarning

        estimator = cluster.MiniBatchKMeans(**self.get_params())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than clusters
            estimator.fit(rows)
        return self._settle(rows, estimator.cluster_centers_)
