"""Listing, choosing and deleting runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

from catalog.errors import UsageError
from catalog.store.contract import PartStore
from clustering.runs import cluster_points, run_store
from clustering.runs.diff import Diff, diff
from clustering.runs.locks import JOB, reviewing
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.run import Run
from clustering.runs.write_back import Stores, activate, recover, write_payload

RunState: TypeAlias = Literal["active", "in force", "kept"]


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run, and whether it is the active one, the one in force of its name, or just kept."""

    run: Run
    state: RunState

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        run, counts = self.run, self.run.counts
        return {
            "run_id": run.run_id,
            "run": run.name,
            "state": self.state,
            "created": run.created,
            "grouped": run.grouped,
            "parent": run.parent,
            "algorithm": run.chosen.algorithm,
            "k": run.chosen.k,
            "features": list(run.chosen.features),
            "n_parts": counts.n_parts,
            "n_clusters": counts.n_clusters,
            "noise": counts.noise,
            "coverage": counts.coverage,
            "metrics": run.metrics.to_json(),
            "seconds": run.seconds,
        }


@dataclass(frozen=True, slots=True)
class Activation:
    """The run that is active now, and how many parts' payload changed by that."""

    run_id: str
    changed: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def list_runs(store: PartStore) -> list[ListedRun]:
    """Return all runs, oldest first."""
    active, heads = store.manifest().active_run, set(run_store.heads(store).values())
    runs = [run_store.read(store, run_id) for run_id in run_store.run_ids(store)]
    listed = [ListedRun(run, _state(run.run_id, active, heads)) for run in runs]
    return sorted(listed, key=lambda entry: entry.run.created)


def diff_runs(store: PartStore, before: str, after: str) -> Diff:
    """Return what changed between two runs, each given by id or name, as people see them."""
    old, new = ReviewedRun.find(store, before), ReviewedRun.find(store, after)
    return diff(old.assignment, new.assignment, (old.run_id, new.run_id))


def activate_run(stores: Stores, run: str) -> Activation:
    """Make a run, given by id or name, the active one."""
    with reviewing(stores.parts):
        recover(stores)
        run_id = run_store.load(stores.parts, run).run_id
        return Activation(run_id, activate(stores, run_id))


def delete_run(stores: Stores, run: str) -> str:
    """Delete a run, with its payload where it is the one in force of its name; return its id.

    UsageError for the active run: another one must be made active first.
    """
    parts = stores.parts
    with parts.exclusive(JOB), reviewing(parts):
        recover(stores)
        run_id = run_store.find_id(parts, run)
        if run_id == parts.manifest().active_run:
            other_ids = [other_id for other_id in run_store.run_ids(parts) if other_id != run_id]
            raise UsageError(
                f"{run_id} is the active run: make another one active first, with `partscope runs "
                f"activate RUN`, or group anew. Others: {', '.join(other_ids) or 'none'}"
            )
        _retire(parts, run_id)
        cluster_points.remove_points(stores.clusters, [run_id])
        run_store.delete(parts, run_id)
        return run_id


def _state(run_id: str, active: str | None, heads: Collection[str]) -> RunState:
    if run_id == active:
        return "active"
    return "in force" if run_id in heads else "kept"


def _retire(parts: PartStore, run_id: str) -> None:
    """Take a run out of force, and see to it that its number is not given again."""
    index = run_store.read_index(parts)
    name, _, number = run_id.rpartition("@")
    next_run = {**index.next_run, name: max(index.next_run.get(name, 1), int(number) + 1)}
    heads = {key: head for key, head in index.heads.items() if head != run_id}
    run_store.write_index(parts, replace(index, heads=heads, next_run=next_run))
    if name not in run_store.heads(parts):
        write_payload(parts, name, {})
