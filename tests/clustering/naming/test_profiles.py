"""A cluster's medoid, spread and centroids are what brute force says."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import unit_rows
from catalog.store.contract import Record
from clustering.contract import Block, Features
from clustering.naming.profiles import profile_clusters, spread


def test_spread_agrees_with_brute_force() -> None:
    rng = np.random.default_rng(0)
    space = rng.normal(size=(200, 5)).astype(np.float32)
    labels = rng.integers(-1, 4, 200).astype(np.int32)
    spreads = spread(space, labels)
    assert sorted(spreads) == [0, 1, 2, 3]
    for cluster, cluster_spread in spreads.items():
        rows = np.flatnonzero(labels == cluster)
        distances = np.linalg.norm(space[rows] - space[rows].mean(axis=0), axis=1)
        assert cluster_spread.medoid == rows[np.argmin(distances)]
        assert cluster_spread.radius == pytest.approx(distances.mean(), rel=1e-5)
        assert cluster_spread.reach == pytest.approx(distances.max(), rel=1e-5)


def test_a_profile_has_label_medoid_and_a_centroid_a_vector() -> None:
    ids = [f"id{place}" for place in range(5)]
    image = Block("image", np.array([0, 1, 3]), np.eye(3, dtype=np.float32))
    features = Features(ids, np.ones(5, np.int64), {"image": image})
    labels = np.array([0, 0, 0, 1, -1], np.int32)
    space = np.array([[0, 0], [1, 0], [5, 0], [9, 9], [7, 7]], np.float32)
    payload = {"name_de": "Motor", "attributes": {"voltage_v": 24.0}}
    first, second = profile_clusters(
        features, labels, space, [Record(part_id, dict(payload), {}) for part_id in ids]
    )
    assert (first.cluster, first.size, first.medoid) == (0, 3, "id1")
    assert first.label_de.startswith("Motor")
    assert first.attributes == {"voltage_v": 24.0}
    expected = unit_rows(np.array([[1, 1, 0]], np.float32))[0]
    assert first.centroids["image"] == pytest.approx(expected)
    assert (second.size, second.medoid, second.radius) == (1, "id3", 0)
    assert second.label_de != first.label_de


def test_vectors_that_cancel_out_have_no_centroid() -> None:
    opposite = Block("image", np.array([0, 1]), np.array([[1, 0], [-1, 0]], np.float32))
    features = Features(["a", "b"], np.ones(2, np.int64), {"image": opposite})
    records = [Record("a", {}, {}), Record("b", {}, {})]
    (only,) = profile_clusters(features, np.zeros(2, np.int32), opposite.matrix, records)
    assert dict(only.centroids) == {}


def test_nothing_but_noise_has_no_profiles() -> None:
    features = Features(["a"], np.ones(1, np.int64), {})
    space = np.zeros((1, 2), np.float32)
    assert profile_clusters(features, np.array([-1], np.int32), space, [Record("a", {}, {})]) == []
