from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from clustering.contract import NOISE, Labels
from clustering.scores.gap import gap_statistic
from clustering.scores.intrinsic import intrinsic_scores
from clustering.scores.silhouette import silhouette, silhouette_samples


def _groups(n: int, k: int, seed: int = 0) -> tuple[NDArray[np.float64], Labels]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(NOISE, k, n).astype(np.int32)
    return 3 * rng.normal(size=(k + 1, 5))[labels + 1] + rng.normal(size=(n, 5)), labels


@pytest.mark.parametrize(("n", "k"), [(40, 2), (700, 6), (1200, 30)])
def test_scores_equal_scikit_learns_noise_as_a_group(n: int, k: int) -> None:
    space, labels = _groups(n, k)
    scores = intrinsic_scores(space, labels)
    assert scores.silhouette == pytest.approx(metrics.silhouette_score(space, labels), abs=1e-9)
    expected = metrics.davies_bouldin_score(space, labels)
    assert scores.davies_bouldin == pytest.approx(expected, rel=1e-9)
    expected = metrics.calinski_harabasz_score(space, labels)
    assert scores.calinski_harabasz == pytest.approx(expected, rel=1e-9)
    assert scores.coverage == pytest.approx((labels != NOISE).mean())
    assert scores.n_clusters == k


def test_silhouettes_of_rows_equal_scikit_learns() -> None:
    space, labels = _groups(500, 4)
    labels[7] = 99  # alone in its group
    expected = metrics.silhouette_samples(space, labels)
    np.testing.assert_allclose(silhouette_samples(space, labels), expected, atol=1e-9)
    some = np.array([3, 499, 7])
    np.testing.assert_allclose(silhouette_samples(space, labels, some), expected[some], atol=1e-9)
    single = silhouette_samples(space.astype(np.float32), labels)
    np.testing.assert_allclose(single, expected, atol=1e-5)


def test_a_sampled_silhouette_is_near_the_exact_one() -> None:
    space, labels = _groups(21_000, 5)
    sampled = silhouette(space.astype(np.float32), labels, sample=1000)
    exact = silhouette_samples(space, labels, np.arange(0, 21_000, 4)).mean()
    assert sampled == pytest.approx(exact, abs=0.02)
    assert sampled == silhouette(space.astype(np.float32), labels, sample=1000)


@pytest.mark.parametrize("labels", [[0] * 5, [NOISE] * 5, [0, 1, 2, 3, 4]])
def test_scores_without_meaning_are_none(labels: list[int]) -> None:
    scores = intrinsic_scores(np.eye(5), np.array(labels, np.int32))
    assert (scores.silhouette, scores.davies_bouldin, scores.calinski_harabasz) == (None,) * 3
    assert set(scores.as_dict()) == {"inertia", "coverage", "n_clusters"}


def test_rows_that_coincide_are_scored() -> None:
    space = np.repeat(np.eye(2), 4, axis=0)
    scores = intrinsic_scores(space, np.repeat([0, 1], 4).astype(np.int32))
    assert (scores.silhouette, scores.davies_bouldin, scores.inertia) == (1, 0, 0)
    mixed = intrinsic_scores(np.ones((6, 2)), np.array([0, 1] * 3, np.int32))
    assert (mixed.silhouette, mixed.davies_bouldin) == (0, 0)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_gap_statistic_finds_the_number_of_groups(k: int) -> None:
    rng = np.random.default_rng(k)
    centres: NDArray[Any] = 12 * rng.normal(size=(k, 4))
    space = (centres[np.arange(600) % k] + rng.normal(size=(600, 4))).astype(np.float32)
    curve = gap_statistic(space, range(1, 10))
    assert curve.chosen == k
    assert curve.ks == tuple(range(1, 10))
    assert curve.gap.shape == curve.spread.shape == (9,)
