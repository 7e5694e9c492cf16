from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn import cluster

from catalog.arrays import FloatMatrix
from clustering.algorithms.dbscan import DBSCAN


def _rows(n: int, dim: int) -> FloatMatrix:
    rng = np.random.default_rng(n + dim)
    centres = 1.3 * rng.normal(size=(12, dim))
    group = rng.integers(0, 12, n)
    spread = rng.uniform(0.2, 0.8, 12)
    return (centres[group] + rng.normal(size=(n, dim)) * spread[group, None]).astype(np.float32)


def _same_as_scikit_learn(rows: FloatMatrix, eps: float, min_samples: int) -> None:
    expected = cluster.DBSCAN(eps=eps, min_samples=min_samples).fit(rows.astype(np.float64))
    dbscan = DBSCAN(eps=eps, min_samples=min_samples).fit(rows)
    np.testing.assert_array_equal(dbscan.labels_, expected.labels_)
    np.testing.assert_array_equal(dbscan.core_sample_indices_, expected.core_sample_indices_)


@pytest.mark.parametrize(("dim", "eps"), [(2, 0.05), (2, 0.5), (8, 0.9), (8, 2.0), (32, 2.6)])
@pytest.mark.parametrize("min_samples", [1, 4, 25])
def test_labels_are_scikit_learns(dim: int, eps: float, min_samples: int) -> None:
    _same_as_scikit_learn(_rows(3000, dim), eps, min_samples)


@settings(max_examples=60)
@given(
    arrays(
        np.float32, array_shapes(min_dims=2, max_dims=2, max_side=50), elements=st.integers(0, 4)
    ),
    st.sampled_from([1.0, 1.4142135, 2.0, 2.5]),
    st.integers(1, 7),
)
def test_rows_exactly_eps_apart_are_neighbours(
    rows: FloatMatrix, eps: float, min_samples: int
) -> None:
    _same_as_scikit_learn(rows, eps, min_samples)


def test_an_offset_far_from_zero_changes_nothing() -> None:
    lattice = np.stack(np.meshgrid(np.arange(40), np.arange(25)), axis=-1).reshape(-1, 2)
    _same_as_scikit_learn(lattice.astype(np.float32) + 70_000, 1.0, 5)


def test_a_border_row_goes_to_the_cluster_with_the_lower_number() -> None:
    left, right = (
        [[-1.0 - 0.1 * step] for step in range(5)],
        [[1 + 0.1 * step] for step in range(5)],
    )
    rows = np.array([*right, [0.0], *left], np.float32)
    assert DBSCAN(eps=1.0, min_samples=4).fit_predict(rows).tolist() == [0] * 5 + [0] + [1] * 5


@pytest.mark.slow
def test_memory_does_not_grow_with_the_neighbourhoods() -> None:
    rows = _rows(12_000, 3)
    tracemalloc.start()
    labels = DBSCAN(eps=100, min_samples=5).fit_predict(rows)  # every pair is within eps
    assert not labels.any()
    wide = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    DBSCAN(eps=1.5, min_samples=5).fit_predict(rows)
    some = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(wide, some) < 100e6  # the pairs alone would be 1.1 GB
