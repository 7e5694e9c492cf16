"""The points of the companion are the clusters of runs, and only of those that are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.store.filters import Equals
from clustering.contract import ClusterProfile
from clustering.runs.cluster_points import ensure, point_of, put_points, remove_points
from tests.clustering.blobs import IMAGE_DIM, Blobs


@pytest.fixture
def ready(blobs: Blobs) -> Blobs:
    ensure(blobs.stores.clusters, blobs.stores.parts)
    return blobs


def profile(cluster: int) -> ClusterProfile:
    centroid = np.eye(IMAGE_DIM, dtype=np.float32)[cluster]
    return ClusterProfile(cluster, 3, "de", "en", "a", 0.1, 0.2, centroids={"image": centroid})


def numbers(blobs: Blobs, run_id: str) -> dict[int, str]:
    batches = blobs.stores.clusters.scan(Equals("run", run_id))
    return {
        record.payload["cluster"]: record.payload["status"] for batch in batches for record in batch
    }


def test_points_of_a_run_are_replaced_as_a_whole(ready: Blobs) -> None:
    companion = ready.stores.clusters
    put_points(companion, "x@1", [profile(0), profile(1)], {1: "accepted"})
    put_points(companion, "y@1", [profile(0)], {})
    assert numbers(ready, "x@1") == {0: "proposed", 1: "accepted"}
    put_points(companion, "x@1", [profile(2)], {})
    assert numbers(ready, "x@1") == {2: "proposed"}
    remove_points(companion, ["x@1"])
    assert (numbers(ready, "x@1"), numbers(ready, "y@1")) == ({}, {0: "proposed"})


def test_a_companion_that_fits_is_left_alone(ready: Blobs) -> None:
    put_points(ready.stores.clusters, "x@1", [profile(0)], {})
    ensure(ready.stores.clusters, ready.stores.parts)
    assert numbers(ready, "x@1") == {0: "proposed"}


def test_ids_are_of_run_and_cluster() -> None:
    assert point_of("x@1", 3) == point_of("x@1", 3)
    assert len({point_of("x@1", 3), point_of("x@1", 4), point_of("x@2", 3)}) == 3


def test_a_companion_that_is_not_there_has_nothing_to_remove(blobs: Blobs) -> None:
    remove_points(blobs.stores.clusters, ["x@1"])
    assert not blobs.stores.clusters.exists()
