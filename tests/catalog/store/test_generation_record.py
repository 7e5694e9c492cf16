"""A generation's record comes back as it was written, also from earlier versions; damage is told."""

from __future__ import annotations

import json

import pytest

from catalog.errors import StoreError
from catalog.store.generation_record import GenerationRecord
from catalog.store.manifest import EmbedderRecord, Manifest, SegmentationRecord
from tests.stores import SCHEMA

RECORD = GenerationRecord(
    Manifest(
        "Teile",
        {"image": EmbedderRecord("builtin:ä", "f" * 64, 4, "Apache-2.0", "pad")},
        SegmentationRecord("silhouette", "f" * 40, "auto", "crop", "Teil .", ""),
        generation=3,
        image_roots=("Bilder/ä",),
    ),
    SCHEMA,
)


def test_a_record_comes_back_as_it_was_written() -> None:
    text = RECORD.to_text()
    assert GenerationRecord.from_text(text, "here") == RECORD
    assert GenerationRecord.from_text(text.encode(), "here") == RECORD
    assert "builtin:ä" in text  # to be read by people


@pytest.mark.parametrize("missing", ["manifest", "schema"])
def test_a_record_without_a_part_is_damaged(missing: str) -> None:
    values = json.loads(RECORD.to_text())
    del values[missing]
    with pytest.raises(
        StoreError, match=f"catalog.json is damaged .*'{missing}'.*: restore a backup"
    ):
        GenerationRecord.from_text(json.dumps(values), "catalog.json")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", '{"manifest": 1, "schema": {}}', b"\xff"]
)
def test_what_is_no_record_is_damaged(text: str | bytes) -> None:
    with pytest.raises(StoreError, match=r"catalog\.json is damaged"):
        GenerationRecord.from_text(text, "catalog.json")
