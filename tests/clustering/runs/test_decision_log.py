"""Decisions are kept one line each, without what they leave open."""

from __future__ import annotations

import json

import pytest

from catalog.errors import StoreError
from clustering.runs.decision_log import LOG, append_decision, read_decisions
from clustering.runs.decisions import Decision
from tests.clustering.blobs import Blobs

RENAME = Decision(1, "rename", "anna", "today", groups=(("a", "b"),), label_de="Größe")
EXCLUDE = Decision(2, "exclude", "berta", "later", "broken", parts=("c",))


def test_decisions_are_added_to_and_read_again(blobs: Blobs) -> None:
    store = blobs.stores.parts
    assert read_decisions(store) == []
    append_decision(store, [], RENAME)
    append_decision(store, [RENAME], EXCLUDE)
    assert read_decisions(store) == [RENAME, EXCLUDE]
    first, _ = (store.read_artefact(LOG) or b"").decode().splitlines()
    assert json.loads(first) == {
        "number": 1,
        "action": "rename",
        "who": "anna",
        "when": "today",
        "groups": [["a", "b"]],
        "label_de": "Größe",
    }


def test_fields_of_a_later_version_are_ignored() -> None:
    assert Decision.from_json({**EXCLUDE.to_json(), "mood": "good"}) == EXCLUDE


@pytest.mark.parametrize("content", [b"{", b"{}", b"[]", b"\xff"])
def test_a_damaged_log_is_named(blobs: Blobs, content: bytes) -> None:
    blobs.stores.parts.write_artefact(LOG, content)
    with pytest.raises(StoreError, match=r"decisions\.jsonl.* are damaged .* restore a backup"):
        read_decisions(blobs.stores.parts)
