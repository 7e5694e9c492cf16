"""What a reviewer looks at: the clusters of a run, the parts of one, the decisions so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from catalog.errors import UsageError
from catalog.store.contract import PartStore
from clustering.contract import NOISE
from clustering.runs.decision_log import read_decisions, to_json
from clustering.runs.decisions import in_force
from clustering.runs.reviewed_run import ReviewedRun

_NAMED_PARTS = 20
"""Parts of a decision whose numbers are looked up."""


def list_clusters(run: ReviewedRun) -> dict[str, Any]:
    """Return the clusters of a run, the largest first, as plain values."""
    profiles = run.largest_first()
    numbers = _part_numbers(run.store, [profile.medoid for profile in profiles])
    clusters = [
        {
            "cluster": profile.cluster,
            "size": profile.size,
            "status": run.status_of(profile.cluster),
            "label_de": profile.label_de,
            "label_en": profile.label_en,
            "medoid": numbers.get(profile.medoid, profile.medoid),
            "radius": round(profile.radius, 4),
            "terms": list(profile.terms),
            "attributes": dict(profile.attributes),
        }
        for profile in profiles
    ]
    return {"run_id": run.run_id, "clusters": clusters, "noise": run.noise}


def list_members(run: ReviewedRun, cluster: int) -> dict[str, Any]:
    """Return the parts of a cluster, -1 those of none; the medoid comes first."""
    assigned = run.assignment
    ids = [assigned.ids[row] for row in np.flatnonzero(assigned.clusters == cluster)]
    if not ids and cluster != NOISE:
        raise UsageError(f"run {run.run_id} has no cluster {cluster}: see `partscope review list`")
    profile = run.profiles.get(cluster)
    ids.sort(key=lambda identity: profile is None or identity != profile.medoid)
    records = run.store.get(ids, with_payload=["part_number", "name_de", "name_en", "family"])
    keys = ("part_number", "name_de", "name_en", "family")
    parts = [{key: record.payload.get(key) for key in keys} for record in records]
    return {"run_id": run.run_id, "cluster": cluster, "parts": parts}


def list_decisions(store: PartStore) -> list[dict[str, Any]]:
    """Return all decisions, each with its state: in force, taken back, or dormant."""
    active = store.manifest().active_run
    run = ReviewedRun(store, active) if active else None
    decisions = run.decisions if run else read_decisions(store)
    dormant = run.reviewed.dormant if run else ()
    standing_numbers = {decision.number for decision in in_force(decisions)}
    ids = [part for decision in decisions for part in decision.parts[:_NAMED_PARTS]]
    numbers = _part_numbers(store, sorted(set(ids)))
    rows = []
    for decision in decisions:
        values = {
            key: value for key, value in to_json(decision).items() if key not in _KNOWN_MEMBERS
        }
        values["part_numbers"] = [numbers.get(part, part) for part in decision.parts[:_NAMED_PARTS]]
        values["parts"] = len(decision.parts)
        values["state"] = (
            "dormant"
            if decision.number in dormant
            else "in force"
            if decision.number in standing_numbers or decision.action == "undo"
            else "taken back"
        )
        rows.append(values)
    return rows


_KNOWN_MEMBERS = ("groups", "others")


def _part_numbers(store: PartStore, ids: list[str]) -> dict[str, str]:
    records = store.get(ids, with_payload=["part_number"])
    return {record.id: str(record.payload.get("part_number", record.id)) for record in records}
