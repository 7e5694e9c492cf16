"""The reviewers' decisions as they are kept: one JSON line each, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

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
        return [_from_json(json.loads(line)) for line in content.decode().splitlines()]
    except (ValueError, TypeError, LookupError) as error:
        raise StoreError(
            f"{store.location}: the decisions ({LOG}) are damaged ({error}): restore a backup"
        ) from None


def append_decision(store: PartStore, decisions: Sequence[Decision], decision: Decision) -> None:
    """Add one decision to the former ``decisions``; call it as the only reviewer at a time."""
    lines = (json.dumps(to_json(entry), ensure_ascii=False) for entry in (*decisions, decision))
    store.write_artefact(LOG, "".join(f"{line}\n" for line in lines).encode())


def to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as plain values, without what it leaves open."""
    return {key: value for key, value in asdict(decision).items() if value not in (None, "", ())}


def _from_json(values: dict[str, Any]) -> Decision:
    names = {attribute.name for attribute in fields(Decision)}
    values = {key: value for key, value in values.items() if key in names}
    for name in ("parts", "others"):
        values[name] = tuple(values.get(name, ()))
    values["groups"] = tuple(tuple(group) for group in values.get("groups", ()))
    return Decision(**values)
