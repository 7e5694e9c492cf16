"""Parts are placed by how like they are to the centroids they share a vector with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from clustering.contract import NOISE, Block, ClusterProfile, Features
from clustering.grouping.placing import (
    NOWHERE,
    cluster_centres,
    nearest_clusters,
    own_likeness,
    with_floors,
)

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)


def profile(cluster: int, **centroids: tuple[float, float]) -> ClusterProfile:
    vectors = {name: np.array(row, np.float32) for name, row in centroids.items()}
    return ClusterProfile(cluster, 1, "", "", "", 0.0, 0.0, centroids=vectors)


def features(count: int, **blocks: Mapping[int, tuple[float, float]]) -> Features:
    matrices = {
        name: Block(name, np.array(list(rows), np.intp), np.array(list(rows.values()), np.float32))
        for name, rows in blocks.items()
    }
    return Features([str(row) for row in range(count)], np.ones(count, np.int64), matrices)


CENTRES = cluster_centres([profile(7, image=NORTH, name_de=NORTH), profile(3, image=EAST)])


def test_clusters_are_ascending_and_lack_vectors_they_have_no_centroid_of() -> None:
    assert CENTRES.clusters.tolist() == [3, 7]
    assert np.isnan(CENTRES.centroids["name_de"][0]).all()
    assert CENTRES.centroids["image"].tolist() == [[1, 0], [0, 1]]


def test_a_part_goes_where_it_is_most_like_and_nowhere_without_a_shared_vector() -> None:
    parts = features(4, image={0: EAST, 1: (0.6, 0.8)}, name_de={2: NORTH})
    placement = nearest_clusters(CENTRES, parts, {})
    assert placement.clusters.tolist() == [3, 7, 7, NOISE]
    assert placement.likeness.tolist() == pytest.approx([1, 0.8, 1, NOWHERE])
    assert placement.fits.tolist() == [True, True, True, False]


def test_likeness_is_the_weighted_mean_over_the_vectors_that_both_have() -> None:
    part = features(1, image={0: EAST}, name_de={0: NORTH})
    likeness, clusters = own_likeness(CENTRES, part, np.array([7], np.int32), {"name": 3.0})
    assert (likeness[0], clusters[0]) == (pytest.approx(0.75), 7)


def test_noise_is_compared_with_the_nearest_cluster() -> None:
    parts = features(2, image={0: EAST})
    likeness, clusters = own_likeness(CENTRES, parts, np.array([NOISE, NOISE], np.int32), {})
    assert clusters.tolist() == [3, NOISE]
    assert likeness.tolist() == [1, NOWHERE]


def test_a_floor_is_what_nearly_all_members_reach() -> None:
    rows = {row: (float(np.cos(row / 100)), float(np.sin(row / 100))) for row in range(100)}
    members = features(100, image=rows)
    floored = with_floors(CENTRES, members, np.full(100, 3, np.int32), {})
    east, north = floored.floors.tolist()
    assert east == pytest.approx(np.cos(0.97), abs=0.02)
    assert north == NOWHERE
    strangers = nearest_clusters(floored, features(2, image={0: EAST, 1: (0.5, -0.9)}), {})
    assert strangers.fits.tolist() == [True, False]
