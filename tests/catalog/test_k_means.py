from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from catalog.k_means import fit_k_means


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_the_result_is_the_same_on_any_number_of_threads(
    init: Literal["k-means++", "random"],
) -> None:
    rows = np.random.default_rng(0).standard_normal((3000, 20), dtype=np.float32)
    found = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads):
            found.append(fit_k_means(rows, 30, seed=1, init=init).cluster_centers_)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
    assert found[0].dtype == np.float32


def test_equal_rows_are_one_group_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit_k_means(np.ones((40, 3), np.float32), 4, seed=0)
    np.testing.assert_array_equal(found.cluster_centers_, np.ones((4, 3)))
    assert set(found.labels_) == {0}
