from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.neighbors import NearestNeighbors

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError
from clustering.neighbours import nearest


def _rows(n: int, dim: int, seed: int = 0) -> FloatMatrix:
    rng = np.random.default_rng(seed)
    centres = 3 * rng.normal(size=(20, dim)) + 10
    spread = rng.uniform(0.2, 1.5, 20)
    group = rng.integers(0, 20, n)
    return (centres[group] + rng.normal(size=(n, dim)) * spread[group, None]).astype(np.float32)


def _expected(rows: FloatMatrix, k: int) -> FloatMatrix:
    double = rows.astype(np.float64)
    near = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(double)
    return np.asarray(near.kneighbors()[0], dtype=np.float32)


@pytest.mark.parametrize(
    "engine", ["cells", "faiss", pytest.param("torch", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(("n", "dim", "k"), [(6000, 8, 10), (1500, 40, 100), (30, 3, 29)])
def test_neighbours_are_exact(engine: str, n: int, dim: int, k: int) -> None:
    rows = _rows(n, dim)
    neighbours = nearest(rows, k, engine=engine)
    np.testing.assert_allclose(neighbours.distances, _expected(rows, k), rtol=1e-5, atol=1e-6)
    assert not (neighbours.indices == np.arange(n)[:, None]).any()
    assert all(len(set(row)) == k for row in neighbours.indices.tolist())


@settings(max_examples=40)
@given(
    arrays(
        np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(-3, 3)
    ),
    st.integers(1, 8),
)
def test_neighbours_of_rows_that_coincide(rows: FloatMatrix, k: int) -> None:
    neighbours = nearest(rows, k)
    width = min(k, len(rows) - 1)
    assert neighbours.indices.shape == neighbours.distances.shape == (len(rows), width)
    if width:
        np.testing.assert_allclose(neighbours.distances, _expected(rows, width), rtol=1e-6)


@pytest.mark.parametrize(
    "engine", ["cells", "faiss", pytest.param("torch", marks=pytest.mark.slow)]
)
def test_a_row_is_never_its_own_neighbour_among_copies(engine: str) -> None:
    neighbours = nearest(np.ones((700, 4), np.float32), 5, engine=engine)
    assert not (neighbours.indices == np.arange(700)[:, None]).any()
    assert not neighbours.distances.any()


def test_few_probes_find_nearly_all() -> None:
    rows = _rows(8_000, 8)
    exact, quick = nearest(rows, 10), nearest(rows, 10, probes=8)
    hits = [len(set(a) & set(b)) for a, b in zip(exact.indices, quick.indices, strict=True)]
    assert np.mean(hits) > 9.5
    assert (quick.distances >= exact.distances - 1e-5).all()
    neighbours = nearest(rows, 600, probes=1)  # more than a cell holds
    assert np.isfinite(neighbours.distances).all()


def test_a_far_offset_costs_no_digits() -> None:
    rows = _rows(3000, 6)
    there, here = nearest(rows + np.float32(4096), 5), nearest(rows, 5)
    np.testing.assert_allclose(there.distances, here.distances, atol=2e-3)


def test_nonsense_is_refused() -> None:
    with pytest.raises(UsageError, match="k must be a whole number of at least 1; got 0"):
        nearest(np.ones((4, 2), np.float32), 0)
    with pytest.raises(UsageError, match="engine must be one of auto, cells, faiss, torch"):
        nearest(np.ones((4, 2), np.float32), 1, engine="annoy")
