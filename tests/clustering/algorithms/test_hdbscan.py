from __future__ import annotations

import numpy as np
import pytest
from sklearn import cluster
from sklearn.metrics import adjusted_rand_score

from catalog.arrays import FloatMatrix
from clustering.algorithms.hdbscan import HDBSCAN


def _rows(n: int, dim: int) -> FloatMatrix:
    rng = np.random.default_rng(n + dim)
    centres = 1.5 * rng.normal(size=(12, dim))
    group = rng.integers(0, 12, n)
    spread = rng.uniform(0.2, 0.8, 12)
    return (centres[group] + rng.normal(size=(n, dim)) * spread[group, None]).astype(np.float32)


@pytest.mark.parametrize("dim", [2, 8, 16])
@pytest.mark.parametrize("method", ["eom", "leaf"])
def test_labels_are_those_of_the_exact_method(dim: int, method: str) -> None:
    rows = _rows(2000, dim)
    # scikit-learn counts a row among its own neighbours, the package hdbscan and we do not
    expected = cluster.HDBSCAN(
        min_cluster_size=20, min_samples=11, cluster_selection_method=method, copy=True
    ).fit(rows)
    hdbscan = HDBSCAN(min_cluster_size=20, min_samples=10, cluster_selection_method=method).fit(
        rows
    )
    assert adjusted_rand_score(expected.labels_, hdbscan.labels_) > 0.98
    np.testing.assert_allclose(
        hdbscan.probabilities_.mean(), expected.probabilities_.mean(), atol=0.01
    )


def test_clusters_have_the_least_size_and_noise_has_no_probability() -> None:
    hdbscan = HDBSCAN(min_cluster_size=40).fit(_rows(1500, 4))
    sizes = np.bincount(hdbscan.labels_[hdbscan.labels_ >= 0])
    assert sizes.min() >= 40
    assert not hdbscan.probabilities_[hdbscan.labels_ < 0].any()


def test_fewer_rows_than_a_cluster_needs_are_noise() -> None:
    assert HDBSCAN(min_cluster_size=15).fit_predict(_rows(14, 3)).tolist() == [-1] * 14
