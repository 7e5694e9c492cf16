"""After a decision, make what people see follow: the payload that changed, and the clusters it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.store.filters import HasId
from clustering.contract import NOISE, ClusterProfile, Features, Labels
from clustering.naming.members import NAMING_PAYLOAD
from clustering.naming.profiles import profile_clusters
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.run_clusters import RunClusters, save_clusters
from clustering.runs.write_back import Stores, project, restored_if_killed
from clustering.space.features import pull_features

READ_A_CLUSTER = 1000
"""Members by which a changed cluster is described anew."""


@contextmanager
def show_decision(stores: Stores, run: ReviewedRun) -> Iterator[None]:
    """Keep a decision on ``run`` inside; all runs in force show it, at the latest by ``recover``."""
    others = set(run_store.heads(stores.parts).values()) - {run.run_id}
    in_force = [run, *(ReviewedRun(stores.parts, run_id) for run_id in sorted(others))]
    before = {head.run_id: head.assignment.clusters for head in in_force}
    with restored_if_killed(stores.parts, run.run_id):
        yield
        for run_id, clusters in before.items():
            _follow(stores, run_id, clusters)


def _follow(stores: Stores, run_id: str, before: Labels) -> None:
    parts = stores.parts
    run = ReviewedRun(parts, run_id)
    after = run.assignment
    rows = np.flatnonzero(before != after.clusters)
    touched = sorted({*before[rows].tolist(), *after.clusters[rows].tolist()} - {NOISE})
    if touched:
        save_clusters(parts, run_id, _described(run, before, touched))
        run = ReviewedRun(parts, run_id)
    project(stores, run)
    changed = {after.ids[row]: int(after.clusters[row]) for row in rows}
    parts.write_assignments(run_store.name_of(run_id), changed)
    parts.commit()


def _described(run: ReviewedRun, before: Labels, touched: Sequence[int]) -> RunClusters:
    """Return the clusters with those that were touched described anew.

    Their spread is that of the cluster most of their parts came from: it was measured in the space
    of the run, which is not there any more.
    """
    after, former, parts = run.assignment, run.clusters_as_made, run.store
    rows = np.concatenate(
        [np.flatnonzero(after.clusters == cluster)[:READ_A_CLUSTER] for cluster in touched]
    )
    ids = [after.ids[row] for row in np.sort(rows)]
    plan = run.record.chosen
    features = pull_features(parts, plan.features, HasId(tuple(ids)))
    labels = after.clusters[after.positions(features.ids)]
    records = parts.get(ids, with_payload=list(NAMING_PAYLOAD))
    new_profiles = profile_clusters(features, labels, _side_by_side(features), records)
    described = RunClusters.describe(new_profiles, features, labels, plan.weights)
    profiles = {
        cluster: _spread_of(profile, former, _origin(cluster, before, after.clusters))
        for cluster, profile in described.profiles.items()
    }
    return RunClusters({**former.profiles, **profiles}, {**former.floors, **described.floors})


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


def _spread_of(profile: ClusterProfile, former: RunClusters, origin: int) -> ClusterProfile:
    source = former.profiles.get(profile.cluster) or former.profiles.get(origin)
    return profile if source is None else replace(profile, radius=source.radius, reach=source.reach)
