from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError
from clustering.algorithms.kmeans import KMeans
from clustering.kmeans.engines import LARGE, chosen_engine


def _rows(n: int) -> FloatMatrix:
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(10, 6))
    return (centres[rng.integers(0, 10, n)] + rng.normal(size=(n, 6))).astype(np.float32)


@pytest.mark.parametrize(
    ("engine", "most"),
    [("blocked", 1.005), ("faiss", 1.03), pytest.param("torch", 1.005, marks=pytest.mark.slow)],
)
def test_engines_are_as_tight_as_scikit_learn(engine: str, most: float) -> None:
    rows = _rows(12_000)
    expected = KMeans(10, engine="sklearn").fit(rows).inertia_
    assert KMeans(10, engine=engine, device="cpu").fit(rows).inertia_ < most * expected


def test_predict_gives_the_rows_their_labels_again() -> None:
    rows = _rows(800)
    kmeans = KMeans(10).fit(rows)
    np.testing.assert_array_equal(kmeans.predict(rows), kmeans.labels_)
    assert kmeans.cluster_centers_.shape == (10, 6)
    with pytest.raises(UsageError, match="the centres have 6 columns; got rows of 5"):
        kmeans.predict(rows[:, :5])


def test_rows_that_coincide_make_no_empty_clusters() -> None:
    kmeans = KMeans(5).fit(np.repeat(np.eye(3), 10, axis=0))
    assert len(kmeans.cluster_centers_) == 3
    assert kmeans.inertia_ == pytest.approx(0, abs=1e-9)


def test_auto_is_scikit_learn_until_rows_are_many() -> None:
    assert chosen_engine("auto", LARGE - 1) == "sklearn"
    assert chosen_engine("auto", LARGE) in {"blocked", "torch"}
    assert chosen_engine("faiss", 10) == "faiss"


@pytest.mark.slow  # imports torch
def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="torch cannot use the device 'nonsense'"):
        KMeans(2, engine="torch", device="nonsense").fit(_rows(50))
