"""Write a run back: its record, its cluster points, the payload, and last of all the pointer to it.

::

    journal         names the run that is being written
    run-<id>.*      the record, whole: from here on it could be finished, or taken back
    cluster points  beside those of other runs
    payload         clusters.<name> of the parts whose cluster changed, and only of those
    manifest        active_run = <id>: the one step that makes the run count

Killed before the last step, the former run is the active one and its record is untouched; ``recover``
takes back what was written of the other. Killed after it, the new run is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from catalog.errors import StaleWrite
from catalog.store.contract import Lease, PartStore
from clustering.runs import cluster_points, run_store
from clustering.runs.assignment import Assignment
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.run import Run
from clustering.runs.run_clusters import RunClusters, save_clusters

KEPT_RUNS = 30
"""Of each name; older ones are deleted when a new one is written."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The parts of a catalogue, and the companion with its clusters."""

    parts: PartStore
    clusters: PartStore

    def close(self) -> None:
        """Let go of both."""
        self.clusters.close()
        self.parts.close()


def write_back(
    stores: Stores,
    run: Run,
    assigned: Assignment,
    clusters: RunClusters,
    *,
    next_cluster: int,
    lease: Lease,
) -> int:
    """Save the run, write what changed, and make it the active one; return how many parts changed.

    StaleWrite, with nothing switched over, where another run of that name came in between.
    """
    parts = stores.parts
    _check_parent(parts, run)
    parts.write_artefact(run_store.JOURNAL, json.dumps({"run": run.run_id}).encode())
    save_clusters(parts, run.run_id, clusters)
    run_store.save(parts, run, assigned)
    written = ReviewedRun(parts, run.run_id)
    project(stores, written)
    changed = parts.write_assignments(run.name, written.cluster_of)
    parts.commit()
    lease.check()
    _check_parent(parts, run)
    _flip(parts, run.run_id, next_cluster)
    parts.delete_artefact(run_store.JOURNAL)
    _prune(stores, run.name)
    return changed


def project(stores: Stores, run: ReviewedRun) -> None:
    """Make the run's cluster points what the record and the decisions say."""
    cluster_points.ensure(stores.clusters, stores.parts)
    profiles, statuses = run.profiles.values(), run.decided.statuses
    cluster_points.put_points(stores.clusters, run.run_id, profiles, statuses)
    stores.clusters.commit()


def show(stores: Stores, run_id: str) -> int:
    """Make payload and cluster points be those of a run; return how many parts changed."""
    run = ReviewedRun(stores.parts, run_id)
    project(stores, run)
    return write_payload(stores.parts, run_store.name_of(run_id), run.cluster_of)


def write_payload(parts: PartStore, name: str, cluster_of: Mapping[str, int]) -> int:
    """Make ``clusters.<name>`` be this on all parts, absent where none is given."""
    stray = {
        record.id: {"clusters": {key: cluster for key, cluster in clusters.items() if key != name}}
        for batch in parts.scan(with_payload=["clusters"])
        for record in batch
        if name in (clusters := record.payload.get("clusters") or {})
        and record.id not in cluster_of
    }
    parts.update_payload(stray)
    changed = parts.write_assignments(name, cluster_of)
    parts.commit()
    return changed + len(stray)


@contextmanager
def restored_if_killed(parts: PartStore, run_id: str) -> Iterator[None]:
    """Let ``recover`` make all that is seen agree with the records, should this process be killed."""
    parts.write_artefact(run_store.JOURNAL, json.dumps({"run": run_id, "known": True}).encode())
    yield
    parts.delete_artefact(run_store.JOURNAL)


def activate(stores: Stores, run_id: str) -> int:
    """Make a complete run the active one; return how many parts changed."""
    with restored_if_killed(stores.parts, run_id):
        changed = show(stores, run_id)
        _flip(stores.parts, run_id, run_store.read_index(stores.parts).next_cluster)
    return changed


def recover(stores: Stores) -> str | None:
    """Undo what a killed process wrote half; return the id of the run it did not complete.

    A companion that is not there (after a restore) is made anew from the records. Call it as the
    only one who writes (``locks.reviewing``).
    """
    parts = stores.parts
    if parts.read_artefact(run_store.JOURNAL) is None and stores.clusters.exists():
        return None
    unfinished = run_store.writing(parts)
    if unfinished is not None:
        cluster_points.remove_points(stores.clusters, [unfinished])
        run_store.delete(parts, unfinished)
        if run_store.name_of(unfinished) not in run_store.heads(parts):
            write_payload(parts, run_store.name_of(unfinished), {})
    for run_id in run_store.heads(parts).values():
        show(stores, run_id)
    parts.delete_artefact(run_store.JOURNAL)
    return unfinished


def _flip(parts: PartStore, run_id: str, next_cluster: int) -> None:
    manifest, index = parts.manifest(), run_store.read_index(parts)
    name, _, number = run_id.rpartition("@")
    next_number = max(index.next_run.get(name, 1), int(number) + 1)
    run_store.write_index(
        parts,
        replace(
            index,
            heads=run_store.heads(parts),
            next_cluster=max(index.next_cluster, next_cluster),
            next_run={**index.next_run, name: next_number},
        ),
    )
    parts.write_manifest(replace(manifest, active_run=run_id))


def _check_parent(parts: PartStore, run: Run) -> None:
    head = run_store.heads(parts).get(run.name)
    expected = run.parent if run.parent and run_store.name_of(run.parent) == run.name else None
    if head != expected:
        raise StaleWrite(
            f"run {run.run_id} went on from {expected or 'no run'}, but {head or 'no run'} is in "
            "force now: somebody else was faster. Nothing was switched over; run it again"
        )


def _prune(stores: Stores, name: str) -> None:
    ids = [
        run_id for run_id in run_store.run_ids(stores.parts) if run_store.name_of(run_id) == name
    ]
    in_force = run_store.heads(stores.parts).get(name)
    old = [run_id for run_id in ids[:-KEPT_RUNS] if run_id != in_force]
    for run_id in old:
        run_store.delete(stores.parts, run_id)
    cluster_points.remove_points(stores.clusters, old)
