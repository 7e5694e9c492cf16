"""The clusters of a run: what each of them is, kept with the run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.errors import StoreError
from catalog.store.contract import PartStore
from clustering.contract import ClusterProfile, Features, Labels
from clustering.grouping.placing import NOWHERE, ClusterCentres, cluster_centres, with_floors
from clustering.runs import run_store

MODEL = "clusters"
"""What the profiles of a run's clusters are kept as, under its id."""


@dataclass(frozen=True, slots=True)
class RunClusters:
    """The profiles of a run's clusters by number, and the floors (see ``placing``) beside them."""

    profiles: Mapping[int, ClusterProfile]
    floors: Mapping[int, float]

    @classmethod
    def describe(
        cls,
        profiles: Iterable[ClusterProfile],
        features: Features,
        labels: Labels,
        weights: Mapping[str, float],
    ) -> RunClusters:
        """Return the profiles with the floors of their members; ``labels`` are of ``features``."""
        by_number = {profile.cluster: profile for profile in profiles}
        floored = with_floors(cluster_centres(by_number.values()), features, labels, weights)
        floors = zip(floored.clusters.tolist(), floored.floors.tolist(), strict=True)
        return cls(by_number, dict(floors))

    def centres(self) -> ClusterCentres:
        """Return what parts are placed by."""
        without_floors = cluster_centres(self.profiles.values())
        floors = [self.floors.get(int(cluster), NOWHERE) for cluster in without_floors.clusters]
        return ClusterCentres(
            without_floors.clusters, without_floors.centroids, np.array(floors, dtype=np.float32)
        )


def save_clusters(store: PartStore, run_id: str, clusters: RunClusters) -> None:
    """Keep the profiles of a run; a former set is replaced as a whole."""
    profiles = list(clusters.profiles.values())
    texts = [
        {**texts_of(profile), "floor": clusters.floors.get(profile.cluster)} for profile in profiles
    ]
    encoded = json.dumps(texts, ensure_ascii=False).encode()
    arrays: dict[str, NDArray[Any]] = {"texts": np.frombuffer(encoded, np.uint8)}
    for name in sorted({name for profile in profiles for name in profile.centroids}):
        having = [profile for profile in profiles if name in profile.centroids]
        arrays[f"clusters {name}"] = np.array([profile.cluster for profile in having])
        arrays[f"centroids {name}"] = np.array([profile.centroids[name] for profile in having])
    run_store.save_model(store, run_id, MODEL, arrays)


def load_clusters(store: PartStore, run_id: str) -> RunClusters:
    """Return the profiles of a run; StoreError where they are missing."""
    arrays = run_store.load_model(store, run_id, MODEL)
    if arrays is None:
        raise StoreError(f"{store.location}: the clusters of run {run_id} are missing")
    centroids: dict[int, dict[str, Any]] = {}
    for key in arrays:
        kind, _, name = key.partition(" ")
        if kind == "clusters":
            for cluster, row in zip(arrays[key], arrays[f"centroids {name}"], strict=True):
                centroids.setdefault(int(cluster), {})[name] = row
    texts = json.loads(arrays["texts"].tobytes())
    floors = {entry["cluster"]: entry.pop("floor") for entry in texts}
    profiles = {
        entry["cluster"]: ClusterProfile(
            **{**entry, "terms": tuple(entry["terms"])},
            centroids=centroids.get(entry["cluster"], {}),
        )
        for entry in texts
    }
    return RunClusters(profiles, {key: floor for key, floor in floors.items() if floor is not None})


def texts_of(profile: ClusterProfile) -> dict[str, Any]:
    """Return all of a profile but its centroids, as plain values."""
    names = [name for name in ClusterProfile.__slots__ if name != "centroids"]
    values = {name: getattr(profile, name) for name in names}
    return {**values, "terms": list(profile.terms), "attributes": dict(profile.attributes)}
