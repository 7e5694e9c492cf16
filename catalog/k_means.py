"""scikit-learn's k-means, with the same result on any number of threads."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

from threadpoolctl import threadpool_limits

from catalog.arrays import FloatMatrix

if TYPE_CHECKING:
    from sklearn.cluster import KMeans


def fit_k_means(
    rows: FloatMatrix,
    count: int,
    *,
    seed: int,
    init: Literal["k-means++", "random"] = "k-means++",
    rounds: int = 300,
) -> KMeans:
    """Return k-means fitted to at least ``count`` rows; it says nothing where many of them are equal.

    On one thread: several of them sum in an order of their own, so that the last digits differ.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    k_means = KMeans(count, init=init, n_init=1, max_iter=rounds, tol=0, random_state=seed)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return k_means.fit(rows)
