"""What a reviewer looks at: the clusters of a run, the parts of one, the decisions so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from catalog.errors import UsageError
from catalog.store.contract import PartStore, Record
from clustering.contract import NOISE, ClusterProfile
from clustering.runs.decision_log import read_decisions
from clustering.runs.decisions import Decision, Status, in_force
from clustering.runs.reviewed_run import ReviewedRun

_NAMED_PARTS = 20
"""Parts of a decision whose numbers are looked up."""
DecisionState: TypeAlias = Literal["in force", "taken back", "dormant"]
"""Dormant decisions hold, but find none of their parts or clusters in the active run."""


@dataclass(frozen=True, slots=True)
class ListedCluster:
    """One cluster as people see it; ``medoid`` is a part number, ``radius`` has 4 decimals."""

    cluster: int
    size: int
    status: Status
    label_de: str
    label_en: str
    medoid: str
    radius: float
    terms: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClusterList:
    """The clusters of a run, the largest first, and how many parts are in none."""

    run_id: str
    clusters: tuple[ListedCluster, ...]
    noise: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ListedPart:
    """One part of a cluster."""

    part_number: str
    name_de: str | None
    name_en: str | None
    family: str | None


@dataclass(frozen=True, slots=True)
class MemberList:
    """The parts of a cluster of a run, the medoid first; of cluster -1 those that are in none."""

    run_id: str
    cluster: int
    parts: tuple[ListedPart, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """A decision, the numbers of its first parts, and whether it holds."""

    decision: Decision
    part_numbers: tuple[str, ...]
    state: DecisionState

    def to_json(self) -> dict[str, Any]:
        """Return plain values: of its parts the first numbers and how many there are."""
        values = self.decision.to_json()
        for known_members in ("groups", "others"):
            values.pop(known_members, None)
        return values | {
            "part_numbers": list(self.part_numbers),
            "parts": len(self.decision.parts),
            "state": self.state,
        }


def list_clusters(run: ReviewedRun) -> ClusterList:
    """Return the clusters of a run."""
    profiles = run.largest_first()
    numbers = _part_numbers(run.store, [profile.medoid for profile in profiles])
    clusters = [_listed(run, profile, numbers[profile.medoid]) for profile in profiles]
    return ClusterList(run.run_id, tuple(clusters), run.noise)


def list_members(run: ReviewedRun, cluster: int) -> MemberList:
    """Return the parts of a cluster; UsageError for one that the run does not have."""
    assigned = run.assignment
    ids = [assigned.ids[row] for row in np.flatnonzero(assigned.clusters == cluster)]
    if not ids and cluster != NOISE:
        raise UsageError(f"run {run.run_id} has no cluster {cluster}: see `partscope review list`")
    profile = run.profiles.get(cluster)
    ids.sort(key=lambda identity: profile is None or identity != profile.medoid)
    records = run.store.get(ids, with_payload=list(ListedPart.__slots__))
    return MemberList(run.run_id, cluster, tuple(_listed_part(record) for record in records))


def list_decisions(store: PartStore) -> list[ListedDecision]:
    """Return all decisions, the first one first."""
    active = store.manifest().active_run
    run = ReviewedRun(store, active) if active else None
    decisions = run.decisions if run else read_decisions(store)
    dormant = run.decided.dormant if run else ()
    holding = {decision.number for decision in in_force(decisions)}
    named_parts = {part for decision in decisions for part in decision.parts[:_NAMED_PARTS]}
    numbers = _part_numbers(store, sorted(named_parts))
    return [
        ListedDecision(
            decision,
            tuple(numbers[part] for part in decision.parts[:_NAMED_PARTS]),
            _state(decision, dormant, holding),
        )
        for decision in decisions
    ]


def _listed(run: ReviewedRun, profile: ClusterProfile, medoid: str) -> ListedCluster:
    return ListedCluster(
        cluster=profile.cluster,
        size=profile.size,
        status=run.status_of(profile.cluster),
        label_de=profile.label_de,
        label_en=profile.label_en,
        medoid=medoid,
        radius=round(profile.radius, 4),
        terms=profile.terms,
        attributes=profile.attributes,
    )


def _listed_part(record: Record) -> ListedPart:
    payload = record.payload
    return ListedPart(
        payload["part_number"],
        payload.get("name_de"),
        payload.get("name_en"),
        payload.get("family"),
    )


def _state(decision: Decision, dormant: Collection[int], holding: Collection[int]) -> DecisionState:
    if decision.number in dormant:
        return "dormant"
    return "in force" if decision.number in holding or decision.action == "undo" else "taken back"


def _part_numbers(store: PartStore, ids: list[str]) -> dict[str, str]:
    """Return the part numbers by id; the id itself where the part is gone."""
    records = store.get(ids, with_payload=["part_number"])
    numbers = {record.id: str(record.payload.get("part_number", record.id)) for record in records}
    return {identity: numbers.get(identity, identity) for identity in ids}
