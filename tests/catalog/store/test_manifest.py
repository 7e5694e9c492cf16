"""The manifest refuses what a catalogue was not built with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import FingerprintMismatch, UsageError
from catalog.settings import load_settings
from catalog.store.manifest import EmbedderRecord, Manifest

RECORD = EmbedderRecord("onnx:models/a", "1" * 64, 384, "MIT", "clahe,pad")
SETTINGS = load_settings(store="a folder/store")
MANIFEST = Manifest("parts", {"text": RECORD}, image_roots=("photos",))

FIX = "with: partscope rebuild --catalog parts --text-model onnx:models/a --store 'a folder/store'$"


def test_json_and_back() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_fields_of_a_later_version_are_ignored() -> None:
    values = MANIFEST.to_json()
    values["later"] = values["embedders"]["text"]["later"] = 1
    assert Manifest.from_json(values) == MANIFEST


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_another_schema_version_is_refused(version: object) -> None:
    with pytest.raises(UsageError, match="rebuild"):
        Manifest.from_json({**MANIFEST.to_json(), "schema_version": version})


@pytest.mark.parametrize(
    "other",
    [
        replace(RECORD, fingerprint="2" * 64),
        replace(RECORD, dim=385),
        replace(RECORD, preparation=""),
    ],
)
def test_another_embedder_is_refused_with_the_command_that_fixes_it(other: EmbedderRecord) -> None:
    with pytest.raises(FingerprintMismatch, match=FIX):
        MANIFEST.check("text", other, SETTINGS)


def test_the_same_embedder_and_a_new_modality_pass() -> None:
    MANIFEST.check("text", RECORD, SETTINGS)
    MANIFEST.check("text", replace(RECORD, name="onnx:elsewhere/a"), SETTINGS)
    MANIFEST.check("image", replace(RECORD, dim=7), SETTINGS)


def test_each_catalogue_has_an_identity_of_its_own() -> None:
    assert Manifest("parts").identity != Manifest("parts").identity


def test_terms_of_other_word_lists_are_refused_and_unknown_ones_are_not() -> None:
    MANIFEST.check_terms("1" * 64, SETTINGS)
    with_terms = replace(MANIFEST, terms="1" * 64)
    with_terms.check_terms("1" * 64, SETTINGS)
    with pytest.raises(FingerprintMismatch, match="rebuild --catalog parts"):
        with_terms.check_terms("2" * 64, SETTINGS)
    written_before = {key: value for key, value in with_terms.to_json().items() if key != "terms"}
    assert Manifest.from_json(written_before).terms == ""
