"""The clustering job: read, group, number, review, name, score, write back, switch over.

On Edge the catalogue's folder is held only while vectors are read and while results are written, so
that an ingest can run in between; what it wrote meanwhile stays, and is counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from catalog.errors import StaleWrite
from catalog.progress import Logged, Progress
from catalog.store.contract import Lease, PartStore, Record
from clustering.contract import Labels, Plan
from clustering.grouping.group import check_plan, group
from clustering.job.catalog_state import CatalogState, changes_since, read_state
from clustering.job.outcome import Outcome
from clustering.job.proposed_labels import (
    DRIFT,
    GroupedFeatures,
    ProposedLabels,
    grouped_anew,
    kept_labels,
    place_new_parts,
    plan_fingerprint,
    pull_fitting,
    with_parts_outside,
)
from clustering.job.settle import settle
from clustering.naming.members import NAMING_PAYLOAD
from clustering.naming.profiles import profile_clusters
from clustering.runs import run_store
from clustering.runs.apply_decisions import apply_decisions
from clustering.runs.decision_log import read_decisions
from clustering.runs.decisions import pinned_parts
from clustering.runs.locks import JOB, reviewing
from clustering.runs.matching import keep_numbers
from clustering.runs.run import Run
from clustering.runs.run_clusters import RunClusters, load_clusters
from clustering.runs.waiting import retry_while_locked
from clustering.runs.write_back import Stores, recover, write_back
from clustering.scores.run_scores import score_run

READ_PATIENCE = 60.0
"""Seconds to wait for a folder that somebody else uses, before anything was done."""
WRITE_PATIENCE = 3600.0
"""Seconds to wait for it when there are results to write."""


@dataclass(frozen=True, slots=True)
class _Result:
    """The labels as cluster numbers, what the clusters are, the run without what is settled last."""

    labels: ProposedLabels
    clusters: RunClusters
    run: Run
    next_cluster: int


@dataclass(slots=True)
class ClusterJob:
    """One execution; ``run`` it once."""

    stores: Stores
    plan: Plan
    name: str = run_store.DEFAULT_NAME
    progress: Progress = field(default_factory=Logged)
    _started: float = field(default_factory=time.perf_counter)

    def run(self) -> Outcome:
        """Group the catalogue and make the result its active run.

        StoreLocked where another job is under way; StaleWrite where it lost its right to write.
        """
        run_store.check_name(self.name)
        check_plan(self.plan)
        with self.stores.parts.exclusive(JOB) as lease:
            try:
                return self._run(lease)
            finally:
                self.stores.close()

    def _run(self, lease: Lease) -> Outcome:
        self._open(READ_PATIENCE)
        with reviewing(self.stores.parts):
            recover(self.stores)
        parent = self._parent()
        self.progress.start("looking at what changed")
        state = read_state(self.stores.parts)
        proposed = self._kept_or_placed(parent, state)
        if proposed is None:
            features = pull_fitting(self.stores.parts, self.plan, state, self.progress)
            self.stores.close()
            families = state.families_of(features.ids)
            truth = families if any(families) else None
            grouping = group(features, self.plan, truth=truth, progress=self.progress.start)
            proposed = grouped_anew(features, grouping)
            self._open(WRITE_PATIENCE)
        with reviewing(self.stores.parts):
            try:
                return self._finish(proposed, parent, state, lease)
            except StaleWrite:
                recover(self.stores)
                raise

    # -- what to start from -------------------------------------------------------------------

    def _open(self, patience: float) -> None:
        for store in (self.stores.parts, self.stores.clusters):
            if store.exists():
                retry_while_locked(partial(store.get, []), patience)

    def _parent(self) -> Run | None:
        """Return the run in force of this name, else the active one, whose numbers are kept."""
        parts = self.stores.parts
        active = parts.manifest().active_run
        run_id = run_store.heads(parts).get(self.name, active)
        return None if run_id is None else run_store.load(parts, run_id)

    def _kept_or_placed(self, parent: Run | None, state: CatalogState) -> ProposedLabels | None:
        parts = self.stores.parts
        fingerprint = plan_fingerprint(self.plan, parts.manifest())
        if parent is None or (parent.name, parent.basis) != (self.name, fingerprint):
            return None
        former = run_store.assignment(parts, parent.run_id)
        touched = changes_since(former, state.ids, state.revs).touched
        drift = parent.drift + touched
        if not touched:
            return kept_labels(former, drift)
        if drift > DRIFT * len(state.ids):
            return None
        clusters = load_clusters(parts, parent.run_id)
        self.progress.start(f"placing {touched} parts")
        proposed = place_new_parts(parts, parent.chosen, former, clusters, state)
        return proposed and replace(proposed, drift=drift)

    # -- what comes of it ---------------------------------------------------------------------

    def _finish(
        self, proposed: ProposedLabels, parent: Run | None, state: CatalogState, lease: Lease
    ) -> Outcome:
        parts = self.stores.parts
        if proposed.anew is None:
            assert parent is not None  # noqa: S101 - only a parent's clusters go on
            result = self._carried_on(proposed, parent)
        else:
            result = self._described(proposed, proposed.anew, parent, state)
        settled = settle(
            result.labels.assignment, read_state(parts), _former_clusters(parts, parent, self.name)
        )
        run = replace(
            result.run,
            run_id=run_store.new_id(parts, self.name),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=parent.run_id if parent else None,
            counts=settled.counts(read_decisions(parts)),
            seconds=round(time.perf_counter() - self._started, 3),
        )
        self.progress.start("writing back")
        if proposed.anew is None and parent is not None:
            run_store.copy_models(parts, parent.run_id, run.run_id)
        changed = write_back(
            self.stores,
            run,
            settled.assignment,
            result.clusters,
            next_cluster=result.next_cluster,
            lease=lease,
        )
        return Outcome(run, changed, time.perf_counter() - self._started)

    def _carried_on(self, proposed: ProposedLabels, parent: Run) -> _Result:
        parts = self.stores.parts
        clusters = load_clusters(parts, parent.run_id)
        run = replace(parent, grouped=proposed.grouped, drift=proposed.drift)
        return _Result(proposed, clusters, run, run_store.read_index(parts).next_cluster)

    def _described(
        self,
        proposed: ProposedLabels,
        anew: GroupedFeatures,
        parent: Run | None,
        state: CatalogState,
    ) -> _Result:
        proposed, next_cluster = self._numbered(proposed, parent)
        decisions = read_decisions(self.stores.parts)
        final = apply_decisions(proposed.ids, proposed.labels, decisions).clusters
        clusters = self._named(anew, final)
        run = self._scored(anew, final, state)
        proposed = with_parts_outside(
            proposed, self.stores.parts, run.chosen, clusters, state, self.progress
        )
        return _Result(proposed, clusters, run, next_cluster)

    def _numbered(self, proposed: ProposedLabels, parent: Run | None) -> tuple[ProposedLabels, int]:
        parts = self.stores.parts
        former = run_store.assignment(parts, parent.run_id) if parent else None
        pinned = pinned_parts(read_decisions(parts))
        free = run_store.read_index(parts).next_cluster
        labels, free = keep_numbers(proposed.ids, proposed.labels, former, free, pinned)
        return replace(proposed, labels=labels), free

    def _named(self, anew: GroupedFeatures, final: Labels) -> RunClusters:
        self.progress.start("naming the clusters")
        features, space = anew.features, anew.grouping.space
        profiles = profile_clusters(features, final, space, self._records())
        return RunClusters.describe(profiles, features, final, self.plan.weights)

    def _scored(self, anew: GroupedFeatures, final: Labels, state: CatalogState) -> Run:
        """Return the run as far as it is known before it is settled."""
        self.progress.start("scoring")
        plan, grouping = self.plan, anew.grouping
        families = state.families_of(anew.features.ids)
        return Run(
            run_id="",
            name=self.name,
            created="",
            plan=plan,
            chosen=grouping.plan,
            basis=plan_fingerprint(plan, self.stores.parts.manifest()),
            reasons=grouping.reasons,
            metrics=score_run(grouping.space, final, families, plan.seed),
            curves=grouping.curves,
            candidates=grouping.candidates,
        )

    def _records(self) -> Iterator[Record]:
        for batch in self.stores.parts.scan(batch_size=2048, with_payload=list(NAMING_PAYLOAD)):
            yield from batch


def _former_clusters(parts: PartStore, parent: Run | None, name: str) -> dict[str, int]:
    if parent is None or parent.name != name:
        return {}
    return run_store.assignment(parts, parent.run_id).cluster_of()
