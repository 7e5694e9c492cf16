from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import FloatMatrix
from clustering.choosing.numbers import (
    CURVE_POINTS,
    bounds,
    choose_number,
    knee,
    most_clusters,
    spread_numbers,
)
from clustering.choosing.radius import choose_radius

counts = st.integers(1, 10**7)


def blobs(k: int, per_cluster: int = 50, spread: float = 0.3) -> FloatMatrix:
    rng = np.random.default_rng(k)
    centres = np.repeat(np.eye(k, 12) * 5, per_cluster, axis=0)
    return (centres + spread * rng.normal(size=centres.shape)).astype(np.float32)


@pytest.mark.parametrize("k", [3, 6])
def test_all_three_curves_find_clear_clusters(k: int) -> None:
    choice = choose_number(blobs(k), 2, 12)
    assert choice.k == k
    assert set(choice.curves) == {"elbow", "silhouette", "gap"}
    assert choice.curves["silhouette"].chosen == k
    assert all(len(curve.x) == len(curve.y) for curve in choice.curves.values())
    assert f"k = {k}" in choice.reason


@given(counts, st.integers(1, 100), st.integers(0, 100))
def test_bounds_hold_for_any_number_of_parts(count: int, low: int, more: int) -> None:
    for k in ("auto", low, (low, low + more)):
        least, most = bounds(k, count)
        assert 1 <= least <= most <= count
    assert most_clusters(count) <= max(1, count // 5)


@given(st.integers(1, 500), st.integers(0, 500))
def test_numbers_are_spread_between_their_ends(low: int, more: int) -> None:
    numbers = spread_numbers(low, low + more)
    assert numbers[0] == low
    assert numbers[-1] == low + more
    assert len(numbers) <= CURVE_POINTS
    assert np.all(np.diff(numbers) > 0)


def test_the_knee_is_where_a_curve_bends() -> None:
    assert knee([1, 2, 3, 4, 5, 6], [100, 60, 20, 18, 16, 14]) == 2
    assert knee([1, 2, 3], [7, 7, 7]) == 0


def test_the_radius_is_beyond_neighbours_and_short_of_strangers() -> None:
    rng = np.random.default_rng(0)
    strangers = rng.uniform(-20, 20, (12, 12)).astype(np.float32)
    space = np.concatenate([blobs(4), strangers])
    eps, curve = choose_radius(space, 5)
    assert 0.5 < eps < 5
    assert curve.chosen == eps
    assert np.all(np.diff(curve.y) >= 0)


def test_equal_or_single_rows_have_a_radius_too() -> None:
    assert choose_radius(np.ones((9, 2), np.float32), 5)[0] > 0
    assert choose_radius(np.ones((1, 2), np.float32), 5)[0] > 0
