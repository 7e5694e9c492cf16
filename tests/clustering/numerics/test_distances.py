"""Squared distances by one product are those of each pair, within what rounding allows."""

from __future__ import annotations

import numpy as np

from clustering.numerics.distances import squared_distances


def test_they_agree_with_each_pair_by_itself() -> None:
    rng = np.random.default_rng(0)
    left = rng.normal(size=(30, 7)).astype(np.float32)
    right = rng.normal(size=(20, 7)).astype(np.float32)
    expected = ((left[:, None, :].astype(np.float64) - right[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(squared_distances(left, right), expected, rtol=1e-5, atol=1e-5)


def test_none_is_below_zero_where_rows_coincide() -> None:
    rows = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    squares = squared_distances(rows, rows)
    assert (squares >= 0).all()
    assert squares.diagonal().max() < 1e-5
