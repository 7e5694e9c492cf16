"""The reviewers' decisions as they are kept: one JSON line each, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Sequence

from catalog.errors import StoreError
from catalog.store.contract import PartStore
from clustering.runs.decisions import Decision

LOG = "decisions.jsonl"


def read_decisions(store: PartStore) -> list[Decision]:
    """Return all decisions in the order they were made, those taken back as well."""
    content = store.read_artefact(LOG)
    if content is None:
        return []
    try:
        return [Decision.from_json(json.loads(line)) for line in content.decode().splitlines()]
    except (ValueError, TypeError, LookupError) as error:
        raise StoreError(
            f"{store.location}: the decisions ({LOG}) are damaged ({error}): restore a backup"
        ) from None


def append_decision(store: PartStore, decisions: Sequence[Decision], decision: Decision) -> None:
    """Add one decision to the former ``decisions``; call it as the only reviewer at a time."""
    lines = (json.dumps(entry.to_json(), ensure_ascii=False) for entry in (*decisions, decision))
    store.write_artefact(LOG, "".join(f"{line}\n" for line in lines).encode())
