"""A run as people see it: its record, bent by what reviewers decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from catalog.store.contract import PartStore
from clustering.contract import ClusterProfile
from clustering.runs import run_store
from clustering.runs.assignment import Assignment
from clustering.runs.cluster_points import load_clusters
from clustering.runs.decision_log import read_decisions
from clustering.runs.decisions import Reviewed, apply_decisions


def reviewed_assignment(store: PartStore, run_id: str) -> tuple[Assignment, Reviewed]:
    """Return who is in which cluster after all decisions, and what else they say."""
    assigned = run_store.assignment(store, run_id)
    reviewed = apply_decisions(assigned.ids, assigned.clusters, read_decisions(store))
    return replace(assigned, clusters=reviewed.clusters), reviewed


def reviewed_profiles(store: PartStore, run_id: str) -> list[ClusterProfile]:
    """Return the clusters that have members after all decisions, with present size and labels."""
    assigned, reviewed = reviewed_assignment(store, run_id)
    return shown_profiles(load_clusters(store, run_id).profiles.values(), assigned, reviewed)


def shown_profiles(
    profiles: Iterable[ClusterProfile], assigned: Assignment, reviewed: Reviewed
) -> list[ClusterProfile]:
    """Return those with members, each with its present size, labels, and a medoid that is in it."""
    sizes, cluster_of = assigned.sizes(), assigned.cluster_of()
    with_members = []
    for profile in profiles:
        number = profile.cluster
        if number not in sizes:
            continue
        german, english = reviewed.names.get(number, (None, None))
        medoid = profile.medoid
        if cluster_of.get(medoid) != number:
            medoid = assigned.ids[int((assigned.clusters == number).argmax())]
        with_members.append(
            replace(
                profile,
                size=sizes[number],
                medoid=medoid,
                label_de=german or profile.label_de,
                label_en=english or profile.label_en,
            )
        )
    return with_members
