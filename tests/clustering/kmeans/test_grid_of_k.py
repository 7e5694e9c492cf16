from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError
from clustering.kmeans.grid_of_k import kmeans_grid
from clustering.kmeans.nearest_centre import assign
from clustering.kmeans.sweeps import NumpySweeper, Sweeper, lloyd
from clustering.kmeans.torch_sweeps import TorchSweeper


def _rows(n: int, dim: int = 6, groups: int = 12, seed: int = 0) -> FloatMatrix:
    rng = np.random.default_rng(seed)
    centres = 4 * rng.normal(size=(groups, dim)) + 30
    return (centres[rng.integers(0, groups, n)] + rng.normal(size=(n, dim))).astype(np.float32)


def test_a_grid_is_as_tight_as_single_fits() -> None:
    rows = _rows(12_000)
    ratios = []
    for k, fit in kmeans_grid(rows, range(2, 16)).items():
        single = KMeans(k, n_init=1, random_state=0).fit(rows)
        assert fit.centres.shape == (k, 6)
        ratios.append(float(assign(rows, fit.centres)[1].sum(dtype=np.float64)) / single.inertia_)
    assert np.mean(ratios) < 1.002
    assert max(ratios) < 1.01


def test_the_inertia_told_is_that_of_the_centres() -> None:
    for n in (500, 20_000):  # fitted whole, and fitted on a sample
        rows = _rows(n)
        for fit in kmeans_grid(rows, (3, 12)).values():
            true = float(assign(rows, fit.centres)[1].sum(dtype=np.float64))
            assert fit.inertia == pytest.approx(true, rel=5e-3)
            assert fit.inertia >= true * (1 - 1e-5)


def test_the_same_seed_gives_the_same_grid() -> None:
    rows = _rows(9000)
    one, two = (kmeans_grid(rows, (4, 9), seed=3) for _ in range(2))
    for k in (4, 9):
        np.testing.assert_array_equal(one[k].centres, two[k].centres)


def test_many_clusters_stand_in_several_stacks() -> None:
    rows = _rows(1500)
    grid = kmeans_grid(rows, (1, 600, 700), restarts=1)
    assert [len(grid[k].centres) for k in (1, 600, 700)] == [1, 600, 700]
    assert grid[1].inertia > grid[600].inertia > grid[700].inertia
    np.testing.assert_allclose(grid[1].centres[0], rows.mean(axis=0), rtol=1e-4)


def test_more_clusters_than_rows_are_refused() -> None:
    with pytest.raises(UsageError, match="5 clusters need at least 5 rows; got 4"):
        kmeans_grid(_rows(4), (2, 5))


@pytest.mark.parametrize("kind", [NumpySweeper, pytest.param(TorchSweeper, marks=pytest.mark.slow)])
def test_a_sweep_counts_what_it_should(kind: type[NumpySweeper | TorchSweeper]) -> None:
    rows = _rows(5000)
    sets = [rows[:3], rows[50:61]]
    sweeper: Sweeper = kind(rows)
    sweep = sweeper(sets)
    start = 0
    for number, centres in enumerate(sets):
        labels, squares = assign(rows, centres)
        own = slice(start, start + len(centres))
        np.testing.assert_array_equal(sweep.counts[own], np.bincount(labels))
        sums = [
            rows[labels == label].sum(axis=0, dtype=np.float64) for label in range(len(centres))
        ]
        np.testing.assert_allclose(sweep.sums[own], sums, rtol=1e-5)
        assert sweep.inertia[number] == pytest.approx(squares.sum(dtype=np.float64), rel=1e-4)
        start = own.stop


def test_a_centre_without_members_stays() -> None:
    rows = _rows(100)
    far = np.full((1, 6), 1e4, np.float32)
    (moved,), _ = lloyd(NumpySweeper(rows), [np.vstack([rows[:2], far])], sweeps=5)
    np.testing.assert_array_equal(moved[2], far[0])


def test_nearest_centres_are_the_nearest() -> None:
    rows, centres = _rows(1500), _rows(40, seed=1)
    labels, squares = assign(rows, centres)
    exact = ((rows[:, None].astype(np.float64) - centres[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(labels, exact.argmin(axis=1))
    np.testing.assert_allclose(squares, exact.min(axis=1), rtol=1e-5)
