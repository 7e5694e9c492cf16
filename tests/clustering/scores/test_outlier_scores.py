"""Outliers are found in tight and in wide clusters alike; where all lie alike there are none."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import FloatMatrix
from clustering.contract import NOISE, Labels
from clustering.numerics.centres import cluster_means, distances_to_centres
from clustering.scores.outlier_scores import outlier_scores


def scored(space: FloatMatrix, labels: Labels) -> np.ndarray:
    """Score by the distance to the own centre, noise by the nearest one."""
    clusters = np.unique(labels[labels != NOISE])
    members = labels != NOISE
    if not len(clusters):
        return outlier_scores(np.full(len(labels), np.nan), labels, members)
    positions = np.searchsorted(clusters, np.where(members, labels, clusters[0]))
    centres = cluster_means(space[members], positions[members], len(clusters))
    gaps = np.linalg.norm(space[:, None] - centres[None], axis=2)
    positions = np.where(members, positions, gaps.argmin(axis=1))
    return outlier_scores(
        distances_to_centres(space, positions, centres), clusters[positions], members
    )


def two_clusters(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    tight = rng.normal(scale=0.01, size=(100, 4))
    wide = rng.normal(scale=5.0, size=(100, 4)) + 100
    labels = np.repeat([0, 1], 100).astype(np.int32)
    return np.concatenate([tight, wide]).astype(np.float32), labels


def test_an_outlier_of_a_tight_cluster_scores_as_one_of_a_wide_cluster() -> None:
    space, labels = two_clusters()
    space[0] = 0.2
    space[100] = 200
    scores = scored(space, labels)
    assert scores[[0, 100]].min() > 0.9
    assert np.quantile(np.delete(scores, [0, 100]), 0.95) < 0.3


def test_noise_is_measured_from_the_nearest_cluster() -> None:
    space, labels = two_clusters()
    labels[[3, 103]] = -1
    space[103] = 500
    scores = scored(space, labels)
    assert scores[103] > 0.95
    assert scores[3] < 0.5


def test_equal_parts_are_no_outliers() -> None:
    for count in (1, 6):
        scores = scored(np.ones((count, 3), np.float32), np.zeros(count, np.int32))
        assert scores.max() < 0.1


def test_a_part_apart_from_equal_ones_is_an_outlier() -> None:
    space = np.ones((20, 2), np.float32)
    space[7] = 9
    scores = scored(space, np.zeros(20, np.int32))
    assert int(np.argmax(scores)) == 7


def test_without_clusters_all_are_outliers() -> None:
    scores = scored(np.ones((3, 2), np.float32), np.full(3, -1, np.int32))
    assert scores.tolist() == [1, 1, 1]


@given(st.integers(0, 1000), st.integers(1, 40), st.integers(1, 4))
def test_scores_are_finite_and_in_bounds_and_ignore_scale(seed: int, count: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    space = rng.normal(size=(count, 3)).astype(np.float32)
    labels = rng.integers(-1, k, count).astype(np.int32)
    scores = scored(space, labels)
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_allclose(scored(space * 8, labels), scores, atol=1e-4)


def test_means_agree_with_brute_force() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(50, 3)).astype(np.float32)
    positions = rng.integers(0, 3, 50)
    centres = cluster_means(matrix, positions, 4)
    expected = np.stack([matrix[positions == place].mean(axis=0) for place in range(3)])
    np.testing.assert_allclose(centres[:3], expected, atol=1e-6)
    assert not centres[3].any()
