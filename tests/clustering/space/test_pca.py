from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError
from clustering.space.pca import fit_pca


def _rows(n: int, dim: int) -> FloatMatrix:
    rng = np.random.default_rng(n)
    mixed = rng.normal(size=(n, dim)) * np.geomspace(5, 0.05, dim)
    return np.asarray(mixed @ np.linalg.qr(rng.normal(size=(dim, dim)))[0] + 40, dtype=np.float32)


@pytest.mark.parametrize(("n", "dim"), [(900, 12), (20_000, 30), (40, 100)])
@pytest.mark.parametrize("wanted", [{"size": 5}, {"share": 0.9}, {"share": 0.999}])
def test_axes_are_scikit_learns(n: int, dim: int, wanted: dict[str, Any]) -> None:
    rows = _rows(n, dim)
    axes = fit_pca(rows, **wanted)
    expected = PCA(wanted.get("size", wanted.get("share")), svd_solver="full").fit(rows)
    assert len(axes.components) == expected.n_components_
    np.testing.assert_allclose(axes.shares, expected.explained_variance_ratio_, rtol=1e-3)
    reduced, theirs = axes.transform(rows), expected.transform(rows)
    cosines = (reduced * theirs).sum(axis=0) / np.linalg.norm(reduced, axis=0)
    np.testing.assert_allclose(np.abs(cosines) / np.linalg.norm(theirs, axis=0), 1, atol=1e-3)


def test_memory_does_not_grow_with_the_rows() -> None:
    peaks = []
    for count in (20_000, 200_000):
        rows = np.ones((count, 64), np.float32)
        tracemalloc.start()
        fit_pca(rows, share=0.9)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_reduced_rows_are_centred() -> None:
    reduced = fit_pca(_rows(900, 12), size=3).transform(_rows(900, 12))
    np.testing.assert_allclose(reduced.mean(axis=0), 0, atol=1e-3)
    assert reduced.dtype == np.float32


@pytest.mark.parametrize("rows", [np.ones((1, 3)), np.full((9, 3), 4.0), np.ones((2, 7))])
def test_rows_without_variance_keep_one_axis(rows: FloatMatrix) -> None:
    axes = fit_pca(rows.astype(np.float32), share=0.9)
    assert axes.components.shape == (1, rows.shape[1])
    np.testing.assert_allclose(axes.transform(rows.astype(np.float32)), 0, atol=1e-6)


def test_there_are_no_more_axes_than_the_rows_span() -> None:
    assert len(fit_pca(_rows(4, 10)).components) == 3
    assert len(fit_pca(np.repeat(_rows(4, 3), 5, axis=0), size=9).components) == 3


def test_nonsense_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to reduce"):
        fit_pca(np.empty((0, 4), np.float32))
    with pytest.raises(UsageError, match=r"share must be above 0 and at most 1; got 1\.5"):
        fit_pca(np.ones((3, 2), np.float32), share=1.5)
    with pytest.raises(UsageError, match="size must be a whole number of at least 1; got 0"):
        fit_pca(np.ones((3, 2), np.float32), size=0)
