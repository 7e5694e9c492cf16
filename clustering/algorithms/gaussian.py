"""Mixture of Gaussians by expectation maximisation (scikit-learn's)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.contract import Labels
from clustering.numerics.checks import check_choice, check_clusters, check_positive, check_whole
from clustering.numerics.numbering import numbered

_FIT_ROWS = 50_000
_CHUNK = 65_536


@dataclass(eq=False)
class GaussianMixture(Algorithm):
    """Clusters that may be stretched and of different width, each a Gaussian.

    Above 50,000 rows the mixture is fitted on a sample of so many and predicts the rest in chunks:
    memory O(50,000 * n_clusters). ``covariance_type`` ``full`` costs O(n k dim^2) a step.
    """

    n_clusters: int = 8
    covariance_type: str = "diag"
    reg_covar: float = 1e-6
    max_iter: int = 100
    n_init: int = 1
    random_state: int = 0

    def _check(self, n: int) -> None:
        check_clusters(self.n_clusters, n)
        check_choice("covariance_type", self.covariance_type, ("full", "tied", "diag", "spherical"))
        check_positive("reg_covar", self.reg_covar)
        check_whole("max_iter", self.max_iter, 1)
        check_whole("n_init", self.n_init, 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        from sklearn import mixture
        from sklearn.exceptions import ConvergenceWarning

        if len(rows) == 1:
            return np.zeros(1, np.int32)  # scikit-learn wants two
        params = self.get_params()
        estimator = mixture.GaussianMixture(params.pop("n_clusters"), **params)
        spread = float(rows.std()) or 1.0  # so that reg_covar means the same at every scale
        centre = rows.mean(axis=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            estimator.fit((self._sample(rows) - centre).astype(np.float64) / spread)
        labels = [
            estimator.predict((rows[start : start + _CHUNK] - centre).astype(np.float64) / spread)
            for start in range(0, len(rows), _CHUNK)
        ]
        return numbered(np.concatenate(labels))

    def _sample(self, rows: FloatMatrix) -> FloatMatrix:
        if len(rows) <= _FIT_ROWS:
            return rows
        rng = np.random.default_rng(self.random_state)
        return rows[np.sort(rng.choice(len(rows), _FIT_ROWS, replace=False))]
