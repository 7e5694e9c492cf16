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

import numpy as np

from catalog.errors import StaleWrite
from catalog.progress import Logged, Progress
from catalog.store.contract import Lease, PartStore, Record
from clustering.contract import NOISE, Plan
from clustering.grouping.group import check_plan, group
from clustering.grouping.placing import centres, with_floors
from clustering.job.catalog_state import Standing, compare, stand
from clustering.job.outcome import Outcome, plan_from_json, plan_to_json
from clustering.job.proposed_labels import (
    DRIFT,
    Proposal,
    basis,
    keep,
    place_new,
    placements,
    pull_fitting,
)
from clustering.naming.members import NAMING_PAYLOAD
from clustering.naming.profiles import profile
from clustering.runs import cluster_points, run_store
from clustering.runs.assignment import UNSEEN, Assignment
from clustering.runs.cluster_points import Clusters
from clustering.runs.decision_log import read_decisions
from clustering.runs.decisions import apply_decisions, pinned_parts
from clustering.runs.locks import JOB, reviewing
from clustering.runs.matching import keep_numbers
from clustering.runs.run_store import Run
from clustering.runs.waiting import patiently
from clustering.runs.write_back import Stores, recover, write_back
from clustering.scores.run_scores import measure

READ_PATIENCE = 60.0
"""Seconds to wait for a folder that somebody else uses, before anything was done."""
WRITE_PATIENCE = 3600.0
"""Seconds to wait for it when there are results to write."""


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
        standing = stand(self.stores.parts)
        proposal = self._kept_or_placed(parent, standing)
        if proposal is None:
            features = pull_fitting(self.stores.parts, self.plan, standing, self.progress)
            self.stores.close()
            families = standing.families_of(features.ids)
            truth = families if any(families) else None
            grouping = group(features, self.plan, truth=truth, progress=self.progress.start)
            labels, revs = grouping.labels, features.revs
            proposal = Proposal(features.ids, revs, labels, "anew", 0, grouping, features)
            self._open(WRITE_PATIENCE)
        with reviewing(self.stores.parts):
            try:
                return self._finish(proposal, parent, standing, lease)
            except StaleWrite:
                recover(self.stores)
                raise

    # -- what to start from -------------------------------------------------------------------

    def _open(self, patience: float) -> None:
        for store in (self.stores.parts, self.stores.clusters):
            if store.exists():
                patiently(partial(store.get, []), patience)

    def _parent(self) -> Run | None:
        """Return the run in force of this name, else the active one, whose numbers are kept."""
        parts = self.stores.parts
        active = parts.manifest().active_run
        run_id = run_store.heads(parts).get(self.name, active)
        return None if run_id is None else run_store.load(parts, run_id)

    def _kept_or_placed(self, parent: Run | None, standing: Standing) -> Proposal | None:
        parts = self.stores.parts
        fingerprint = basis(self.plan, parts.manifest())
        if parent is None or (parent.name, parent.basis) != (self.name, fingerprint):
            return None
        former = run_store.assignment(parts, parent.run_id)
        touched = compare(former, standing.ids, standing.revs).touched
        drift = parent.drift + touched
        if not touched:
            return keep(former, drift)
        if drift > DRIFT * len(standing.ids):
            return None
        clusters = cluster_points.load_clusters(parts, parent.run_id)
        self.progress.start(f"placing {touched} parts")
        proposal = place_new(parts, plan_from_json(parent.chosen), former, clusters, standing)
        return proposal and replace(proposal, drift=drift)

    # -- what comes of it ---------------------------------------------------------------------

    def _finish(
        self, proposal: Proposal, parent: Run | None, standing: Standing, lease: Lease
    ) -> Outcome:
        parts = self.stores.parts
        next_cluster = run_store.read_index(parts).next_cluster
        if proposal.grouping is None:
            assert parent is not None  # noqa: S101 - only a parent's clusters are kept
            clusters = cluster_points.load_clusters(parts, parent.run_id)
            run = replace(parent, grouped=proposal.grouped, drift=proposal.drift)
        else:
            former = run_store.assignment(parts, parent.run_id) if parent else None
            ids, labels = proposal.ids, proposal.labels
            pinned = pinned_parts(read_decisions(parts))
            numbers, next_cluster = keep_numbers(ids, labels, former, next_cluster, pinned)
            proposal = replace(proposal, labels=numbers)
            clusters, run = self._described(proposal, standing)
            proposal = self._with_rest(proposal, clusters, run, standing)
        assigned, counts = self._settled(proposal, parent)
        run = replace(
            run,
            run_id=run_store.new_id(parts, self.name),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=parent.run_id if parent else None,
            counts=counts,
            seconds=round(time.perf_counter() - self._started, 3),
        )
        self.progress.start("writing back")
        if proposal.grouping is None and parent is not None:
            run_store.copy_models(parts, parent.run_id, run.run_id)
        changed = write_back(
            self.stores, run, assigned, clusters, next_cluster=next_cluster, lease=lease
        )
        return Outcome(run, changed, time.perf_counter() - self._started)

    def _described(self, proposal: Proposal, standing: Standing) -> tuple[Clusters, Run]:
        """Return the clusters with names and floors, and the run without its counts."""
        features, grouping, plan = proposal.features, proposal.grouping, self.plan
        assert features is not None  # noqa: S101
        assert grouping is not None  # noqa: S101
        self.progress.start("naming the clusters")
        decisions = read_decisions(self.stores.parts)
        final = apply_decisions(proposal.ids, proposal.labels, decisions).clusters
        profiles = profile(features, final, grouping.space, self._records())
        floored = with_floors(centres(profiles), features, final, plan.weights)
        floors = dict(zip(floored.clusters.tolist(), floored.floors.tolist(), strict=True))
        self.progress.start("scoring")
        families = standing.families_of(features.ids)
        run = Run(
            run_id="",
            name=self.name,
            created="",
            plan=plan_to_json(plan),
            chosen=plan_to_json(grouping.plan),
            basis=basis(plan, self.stores.parts.manifest()),
            reasons=grouping.reasons,
            metrics=measure(grouping.space, final, families, plan.seed),
            curves=grouping.curves,
            candidates=grouping.candidates,
        )
        return Clusters(
            {cluster_profile.cluster: cluster_profile for cluster_profile in profiles}, floors
        ), run

    def _records(self) -> Iterator[Record]:
        for batch in self.stores.parts.scan(batch_size=2048, with_payload=list(NAMING_PAYLOAD)):
            yield from batch

    def _with_rest(
        self, proposal: Proposal, clusters: Clusters, run: Run, standing: Standing
    ) -> Proposal:
        """Return the proposal with the parts outside the sample placed, where it was a sample."""
        sampled = set(proposal.ids)
        outside = [identity for identity in standing.ids if identity not in sampled]
        if not outside:
            return proposal
        self.progress.start("placing the parts outside the sample", len(outside))
        ids, labels, revs = list(proposal.ids), [proposal.labels], [proposal.revs]
        plan = plan_from_json(run.chosen)
        for features, placement in placements(self.stores.parts, plan, clusters.centres(), outside):
            ids += features.ids
            labels.append(placement.clusters)
            revs.append(features.revs)
            self.progress.advance(len(features.ids))
        order = np.argsort(np.array(ids), kind="stable")
        return replace(
            proposal,
            ids=[ids[row] for row in order],
            labels=np.concatenate(labels)[order],
            revs=np.concatenate(revs)[order],
        )

    def _settled(self, proposal: Proposal, parent: Run | None) -> tuple[Assignment, dict[str, int]]:
        """Return who is in which cluster as far as that still holds, and what was counted.

        Parts that were deleted meanwhile are left out; parts that were ingested again keep the
        cluster they had, and the next run looks at them.
        """
        standing = stand(self.stores.parts)
        proposed = Assignment(proposal.ids, proposal.labels, proposal.revs)
        delta = compare(proposed, standing.ids, standing.revs)
        former = _former(self.stores.parts, parent, self.name)
        labels, revs = proposal.labels.copy(), proposal.revs.copy()
        rows = proposed.positions(delta.changed)
        clusters = set(np.unique(labels).tolist())
        former_clusters = [former.get(identity, NOISE) for identity in delta.changed]
        labels[rows] = [cluster if cluster in clusters else NOISE for cluster in former_clusters]
        revs[rows] = UNSEEN
        gone = set(delta.gone)
        rows = np.array(
            [row for row, identity in enumerate(proposed.ids) if identity not in gone],
            dtype=np.intp,
        )
        assigned = Assignment([proposed.ids[row] for row in rows], labels[rows], revs[rows])
        decisions = read_decisions(self.stores.parts)
        final = apply_decisions(assigned.ids, assigned.clusters, decisions).clusters
        return assigned, {
            "n_parts": len(assigned.ids),
            "n_clusters": len(np.unique(final[final != NOISE])),
            "noise": int(np.count_nonzero(final == NOISE)),
            "new": len(delta.new),
            "updated": len(delta.changed),
            "deleted": len(delta.gone),
        }


def _former(parts: PartStore, parent: Run | None, name: str) -> dict[str, int]:
    if parent is None or parent.name != name:
        return {}
    return run_store.assignment(parts, parent.run_id).cluster_of()
