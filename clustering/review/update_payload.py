"""After a decision, make what people see follow: the payload that changed, and the clusters it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.store.contract import PartStore
from catalog.store.filters import HasId
from clustering.contract import NOISE, ClusterProfile, Features, Labels
from clustering.grouping.placing import centres, with_floors
from clustering.job.outcome import plan_from_json
from clustering.naming.members import NAMING_PAYLOAD
from clustering.naming.profiles import profile
from clustering.runs import run_store
from clustering.runs.assignment import Assignment
from clustering.runs.cluster_points import Clusters, load_clusters, save_clusters
from clustering.runs.reviewed_run import reviewed_assignment
from clustering.runs.write_back import Stores, project, restored_if_killed
from clustering.space.features import pull

READ_A_CLUSTER = 1000
"""Members by which a changed cluster is described anew."""


@contextmanager
def show_decision(stores: Stores, run_id: str) -> Iterator[None]:
    """Keep a decision inside; all runs in force show it afterwards, or at the next ``recover``."""
    parts = stores.parts
    in_force = run_store.heads(parts).values()
    before = {head: reviewed_assignment(parts, head)[0].clusters for head in in_force}
    with restored_if_killed(parts, run_id):
        yield
        for head, clusters in before.items():
            _follow(stores, head, clusters)


def _follow(stores: Stores, run_id: str, before: Labels) -> None:
    parts = stores.parts
    after = reviewed_assignment(parts, run_id)[0]
    rows = np.flatnonzero(before != after.clusters)
    touched = sorted({*before[rows].tolist(), *after.clusters[rows].tolist()} - {NOISE})
    if touched:
        former = load_clusters(parts, run_id)
        save_clusters(parts, run_id, _described(parts, run_id, former, before, after, touched))
    project(stores, run_id)
    changed = {after.ids[row]: int(after.clusters[row]) for row in rows}
    parts.write_assignments(run_store.name_of(run_id), changed)
    parts.commit()


def _described(
    parts: PartStore,
    run_id: str,
    former: Clusters,
    before: Labels,
    after: Assignment,
    touched: Sequence[int],
) -> Clusters:
    """Return the clusters with those that were touched described anew.

    Their spread is that of the cluster most of their parts came from: it was measured in the space
    of the run, which is not there any more.
    """
    rows = np.concatenate(
        [np.flatnonzero(after.clusters == cluster)[:READ_A_CLUSTER] for cluster in touched]
    )
    ids = [after.ids[row] for row in np.sort(rows)]
    plan = plan_from_json(run_store.load(parts, run_id).chosen)
    features = pull(parts, plan.features, HasId(tuple(ids)))
    labels = after.clusters[after.positions(features.ids)]
    records = parts.get(ids, with_payload=list(NAMING_PAYLOAD))
    new_profiles = profile(features, labels, _side_by_side(features), records)
    floored = with_floors(centres(new_profiles), features, labels, plan.weights)
    floors = dict(zip(floored.clusters.tolist(), floored.floors.tolist(), strict=True))
    origins = {cluster: _origin(cluster, before, after.clusters) for cluster in touched}
    profiles = {
        cluster_profile.cluster: _spread_of(
            cluster_profile, former, origins[cluster_profile.cluster]
        )
        for cluster_profile in new_profiles
    }
    return Clusters({**former.profiles, **profiles}, {**former.floors, **floors})


def _side_by_side(features: Features) -> FloatMatrix:
    blocks = list(features.blocks.values())
    space = np.zeros((len(features.ids), sum(block.matrix.shape[1] for block in blocks) or 1))
    start = 0
    for block in blocks:
        space[block.rows, start : start + block.matrix.shape[1]] = block.matrix
        start += block.matrix.shape[1]
    return space.astype(np.float32)


def _origin(cluster: int, before: Labels, after: Labels) -> int:
    numbers, counts = np.unique(before[after == cluster], return_counts=True)
    return int(numbers[counts.argmax()]) if len(numbers) else cluster


def _spread_of(profile: ClusterProfile, former: Clusters, origin: int) -> ClusterProfile:
    source = former.profiles.get(profile.cluster) or former.profiles.get(origin)
    return profile if source is None else replace(profile, radius=source.radius, reach=source.reach)
