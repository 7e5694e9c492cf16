from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName
from clustering.contract import Block
from clustering.space.scaling import SCALERS, scaled

matrices = arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(1, 6)),
    elements=st.floats(-9, 9, width=32),
)


def rows_of(matrix: FloatMatrix, scaling: str) -> FloatMatrix:
    return scaled(Block("image", np.arange(len(matrix)), matrix), scaling).matrix


@given(matrices, st.sampled_from(sorted(SCALERS)))
def test_every_scaling_keeps_the_rows_and_stays_finite(matrix: FloatMatrix, scaling: str) -> None:
    scaled_rows = rows_of(matrix, scaling)
    assert len(scaled_rows) == len(matrix)
    assert scaled_rows.dtype == np.float32
    assert np.isfinite(scaled_rows).all()


@given(matrices)
def test_minmax_fills_zero_to_one(matrix: FloatMatrix) -> None:
    scaled_rows = rows_of(matrix, "minmax")
    assert scaled_rows.min() >= 0
    assert scaled_rows.max() <= 1
    wide = np.ptp(matrix, axis=0) > 1e-3
    np.testing.assert_allclose(np.ptp(scaled_rows, axis=0)[wide], 1, atol=1e-5)


def test_standard_and_robust_bring_columns_together() -> None:
    rng = np.random.default_rng(0)
    matrix = (rng.normal(size=(500, 3)) * [1, 100, 0.01] + [5, 0, 2]).astype(np.float32)
    standard, robust = rows_of(matrix, "standard"), rows_of(matrix, "robust")
    np.testing.assert_allclose(standard.std(axis=0), 1, rtol=1e-3)
    np.testing.assert_allclose(np.median(robust, axis=0), 0, atol=1e-3)
    quartiles = np.percentile(robust, (25, 75), axis=0)
    np.testing.assert_allclose(quartiles[1] - quartiles[0], 1, rtol=1e-3)


def test_whitening_keeps_a_strong_direction_from_deciding_alone() -> None:
    rng = np.random.default_rng(1)
    light = rng.normal(size=200) * 10
    shape = np.repeat([-1, 1], 100)
    matrix = np.stack([light, shape, 0.01 * rng.normal(size=200)], axis=1).astype(np.float32)
    scaled_rows = rows_of(matrix, "auto")
    np.testing.assert_allclose(np.linalg.norm(scaled_rows, axis=1), 1, rtol=1e-5)
    ratio = scaled_rows.std(axis=0)[0] / scaled_rows.std(axis=0)[1]
    assert ratio < 0.8 * light.std() / shape.std()


def test_an_unknown_scaling_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="did you mean 'minmax'"):
        rows_of(np.ones((2, 2), np.float32), "minmx")
