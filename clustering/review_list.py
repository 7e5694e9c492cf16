"""What a reviewer looks at: the clusters of a run, the parts of one, the decisions so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from clustering import runs
from clustering.contract import NOISE
from clustering.decisions import in_force
from clustering.review_log import read_decisions, to_json
from clustering.reviewed_run import reviewed_assignment, reviewed_profiles
from partscope.errors import UsageError
from partscope.store.contract import PartStore

_NAMED_PARTS = 20
"""Parts of a decision whose numbers are looked up."""


def list_clusters(store: PartStore, run: str | None = None) -> dict[str, Any]:
    """Return the clusters of a run, the largest first, as plain values."""
    run_id = runs.load(store, run).run_id
    assigned, reviewed = reviewed_assignment(store, run_id)
    profiles = sorted(reviewed_profiles(store, run_id), key=lambda each: (-each.size, each.cluster))
    numbers = _part_numbers(store, [each.medoid for each in profiles])
    clusters = [
        {
            "cluster": each.cluster,
            "size": each.size,
            "status": reviewed.statuses.get(each.cluster, "proposed"),
            "label_de": each.label_de,
            "label_en": each.label_en,
            "medoid": numbers.get(each.medoid, each.medoid),
            "radius": round(each.radius, 4),
            "terms": list(each.terms),
            "attributes": dict(each.attributes),
        }
        for each in profiles
    ]
    noise = int(np.count_nonzero(assigned.clusters == NOISE))
    return {"run_id": run_id, "clusters": clusters, "noise": noise}


def list_members(store: PartStore, cluster: int, run: str | None = None) -> dict[str, Any]:
    """Return the parts of a cluster, -1 those of none; the medoid comes first."""
    run_id = runs.load(store, run).run_id
    assigned, _ = reviewed_assignment(store, run_id)
    ids = [assigned.ids[row] for row in np.flatnonzero(assigned.clusters == cluster)]
    if not ids and cluster != NOISE:
        raise UsageError(f"run {run_id} has no cluster {cluster}: see `partscope review list`")
    medoids = {each.medoid for each in reviewed_profiles(store, run_id) if each.cluster == cluster}
    ids.sort(key=lambda identity: identity not in medoids)
    found = store.get(ids, with_payload=["part_number", "name_de", "name_en", "family"])
    keys = ("part_number", "name_de", "name_en", "family")
    parts = [{key: record.payload.get(key) for key in keys} for record in found]
    return {"run_id": run_id, "cluster": cluster, "parts": parts}


def list_decisions(store: PartStore) -> list[dict[str, Any]]:
    """Return all decisions, each with its state: in force, taken back, or dormant."""
    decisions = read_decisions(store)
    standing = {each.number for each in in_force(decisions)}
    active = store.manifest().active_run
    dormant = set(reviewed_assignment(store, active)[1].dormant) if active else set()
    ids = [part for each in decisions for part in each.parts[:_NAMED_PARTS]]
    numbers = _part_numbers(store, sorted(set(ids)))
    listed = []
    for each in decisions:
        values = {key: one for key, one in to_json(each).items() if key not in _KNOWN_MEMBERS}
        values["part_numbers"] = [numbers.get(part, part) for part in each.parts[:_NAMED_PARTS]]
        values["parts"] = len(each.parts)
        values["state"] = (
            "dormant"
            if each.number in dormant
            else "in force"
            if each.number in standing or each.action == "undo"
            else "taken back"
        )
        listed.append(values)
    return listed


_KNOWN_MEMBERS = ("groups", "others")


def _part_numbers(store: PartStore, ids: list[str]) -> dict[str, str]:
    found = store.get(ids, with_payload=["part_number"])
    return {record.id: str(record.payload.get("part_number", record.id)) for record in found}
