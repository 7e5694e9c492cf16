"""The clusters of a run: kept with the run, and as points of the companion ``<catalogue>.clusters``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from numpy.typing import NDArray

from catalog.errors import StoreError
from catalog.store.contract import PartStore, PayloadIndex, Point, Schema
from catalog.store.filters import Equals
from catalog.store.manifest import Manifest
from clustering.contract import ClusterProfile
from clustering.grouping.placing import NOWHERE, Centres, centres
from clustering.runs import run_store
from clustering.space.features import WORDS

MODEL = "clusters"
"""The profiles of a run's clusters, kept under its id."""
INDEXES: Mapping[str, PayloadIndex] = {"run": "keyword", "status": "keyword", "cluster": "integer"}
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Clusters:
    """The profiles of a run's clusters by number, and the floors (see ``placing``) beside them."""

    profiles: Mapping[int, ClusterProfile]
    floors: Mapping[int, float]

    def centres(self) -> Centres:
        """Return what parts are placed by."""
        without_floors = centres(self.profiles.values())
        floors = [self.floors.get(int(cluster), NOWHERE) for cluster in without_floors.clusters]
        return Centres(
            without_floors.clusters, without_floors.centroids, np.array(floors, dtype=np.float32)
        )


def save_clusters(store: PartStore, run_id: str, clusters: Clusters) -> None:
    """Keep the profiles of a run; a former set is replaced as a whole."""
    profiles = list(clusters.profiles.values())
    texts = [
        {**_texts(profile), "floor": clusters.floors.get(profile.cluster)} for profile in profiles
    ]
    encoded = json.dumps(texts, ensure_ascii=False).encode()
    arrays: dict[str, NDArray[Any]] = {"texts": np.frombuffer(encoded, np.uint8)}
    for name in sorted({name for profile in profiles for name in profile.centroids}):
        having = [profile for profile in profiles if name in profile.centroids]
        arrays[f"clusters {name}"] = np.array([profile.cluster for profile in having])
        arrays[f"centroids {name}"] = np.array([profile.centroids[name] for profile in having])
    run_store.save_model(store, run_id, MODEL, arrays)


def load_clusters(store: PartStore, run_id: str) -> Clusters:
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
    return Clusters(profiles, {key: floor for key, floor in floors.items() if floor is not None})


# -- points -----------------------------------------------------------------------------------


def ensure(companion: PartStore, parts: PartStore) -> None:
    """Create the companion with the dense vectors of the catalogue, unless it fits already.

    Its points are made from the records of runs: one that does not fit is dropped and made anew.
    """
    vectors = tuple(spec for spec in parts.schema().vectors if spec.kind == "dense")
    schema = Schema(vectors, INDEXES)
    if companion.exists() and companion.schema() == schema:
        return
    companion.drop()
    companion.create(schema, Manifest(f"{parts.manifest().catalog}.clusters"))
    companion.optimize()  # its points come run by run: there is no bulk load to wait for


def put_points(
    companion: PartStore,
    run_id: str,
    profiles: Iterable[ClusterProfile],
    statuses: Mapping[int, str],
) -> None:
    """Make the run's points be those of the profiles; ``statuses`` by cluster, else proposed."""
    points = [
        _point(run_id, profile, statuses.get(profile.cluster, "proposed")) for profile in profiles
    ]
    former = {point.id for point in _of_run(companion, run_id)}
    for start in range(0, len(points), _BATCH):
        companion.upsert(points[start : start + _BATCH])
    companion.delete(sorted(former - {point.id for point in points}))


def remove_points(companion: PartStore, run_ids: Sequence[str]) -> None:
    """Delete the points of runs."""
    if companion.exists():
        for run_id in run_ids:
            companion.delete([record.id for record in _of_run(companion, run_id)])


def point_of(run_id: str, cluster: int) -> str:
    """Return the id of a cluster's point."""
    return str(uuid5(NAMESPACE_URL, f"partscope-cluster:{run_id}:{cluster}"))


def _of_run(companion: PartStore, run_id: str) -> list[Any]:
    where = Equals("run", run_id)
    return [record for batch in companion.scan(where, with_payload=False) for record in batch]


def _point(run_id: str, profile: ClusterProfile, status: str) -> Point:
    payload = {**_texts(profile), "run": run_id, "status": status}
    vectors = {name: row for name, row in profile.centroids.items() if name != WORDS}
    return Point(point_of(run_id, profile.cluster), vectors, payload)


def _texts(profile: ClusterProfile) -> dict[str, Any]:
    names = [name for name in ClusterProfile.__slots__ if name != "centroids"]
    values = {name: getattr(profile, name) for name in names}
    return {**values, "terms": list(profile.terms), "attributes": dict(profile.attributes)}
