"""The clusters of a run as points of the companion ``<catalogue>.clusters``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from catalog.store.contract import PartStore, PayloadIndex, Point, Schema
from catalog.store.filters import Equals
from catalog.store.manifest import Manifest
from clustering.contract import ClusterProfile
from clustering.runs.run_clusters import texts_of
from clustering.space.features import WORDS

INDEXES: Mapping[str, PayloadIndex] = {"run": "keyword", "status": "keyword", "cluster": "integer"}
_BATCH = 256


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
    payload = {**texts_of(profile), "run": run_id, "status": status}
    vectors = {name: row for name, row in profile.centroids.items() if name != WORDS}
    return Point(point_of(run_id, profile.cluster), vectors, payload)
