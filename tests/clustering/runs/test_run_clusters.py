"""The clusters of a run survive being stored, whatever vectors each of them has."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.errors import StoreError
from clustering.contract import ClusterProfile
from clustering.grouping.placing import NOWHERE
from clustering.runs.run_clusters import RunClusters, load_clusters, save_clusters
from tests.clustering.blobs import Blobs

ROW = np.array([0.6, 0.8], np.float32)
FULL = ClusterProfile(
    4, 2, "Schraube", "screw", "a", 0.5, 0.75, ("M8",), {"thread": "M8"}, {"image": ROW}
)
BARE = ClusterProfile(9, 1, "Größe", "size", "b", 0.0, 0.0)


def test_what_was_saved_is_loaded(blobs: Blobs) -> None:
    store = blobs.stores.parts
    save_clusters(store, "x@1", RunClusters({4: FULL, 9: BARE}, {4: 0.25}))
    loaded = load_clusters(store, "x@1")
    assert loaded.floors == {4: 0.25}
    assert loaded.profiles[9] == BARE
    assert loaded.profiles[4].centroids["image"].tolist() == ROW.tolist()
    assert (loaded.profiles[4].terms, loaded.profiles[4].attributes) == (("M8",), {"thread": "M8"})


def test_a_cluster_without_a_floor_takes_everything() -> None:
    centres = RunClusters({4: FULL, 9: BARE}, {4: 0.25}).centres()
    assert centres.clusters.tolist() == [4, 9]
    assert centres.floors.tolist() == [0.25, NOWHERE]


def test_missing_clusters_are_named(blobs: Blobs) -> None:
    with pytest.raises(StoreError, match="the clusters of run x@1 are missing"):
        load_clusters(blobs.stores.parts, "x@1")
