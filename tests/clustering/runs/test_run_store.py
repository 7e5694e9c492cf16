"""Which run is which: numbers are never given twice, and an unfinished run does not count."""

from __future__ import annotations

import json

import pytest

from catalog.errors import StoreError, UnknownName, UsageError
from clustering.runs import run_store
from tests.clustering.blobs import Blobs


def test_a_run_is_found_by_id_by_name_or_as_the_active_one(blobs: Blobs) -> None:
    store = blobs.stores.parts
    with pytest.raises(UsageError, match="run `partscope cluster` first"):
        run_store.find_id(store)
    blobs.cluster()
    blobs.cluster(name="second")
    assert run_store.find_id(store) == run_store.find_id(store, "second") == "second@1"
    assert run_store.find_id(store, "default") == run_store.load(store, "default@1").run_id
    with pytest.raises(UnknownName, match=r"default@1.*second@1"):
        run_store.find_id(store, "third")


def test_numbers_are_not_given_again(blobs: Blobs) -> None:
    store = blobs.stores.parts
    assert run_store.new_id(store, "default") == "default@1"
    blobs.cluster()
    assert run_store.new_id(store, "default") == "default@2"
    index = run_store.read_index(store)
    run_store.delete(store, "default@1")
    assert run_store.run_ids(store) == []
    assert run_store.new_id(store, "default") == "default@2"
    assert index.next_run == {"default": 2}


def test_a_run_that_is_being_written_does_not_count(blobs: Blobs) -> None:
    store = blobs.stores.parts
    blobs.cluster()
    store.write_artefact("run-default@2.json", b"{}")
    store.write_artefact(run_store.JOURNAL, json.dumps({"run": "default@2"}).encode())
    assert run_store.writing(store) == "default@2"
    assert run_store.run_ids(store) == ["default@1"]


def test_models_are_kept_with_a_run_and_copied(blobs: Blobs) -> None:
    store = blobs.stores.parts
    blobs.cluster()
    run_store.copy_models(store, "default@1", "default@2")
    assert run_store.load_model(store, "default@2", "clusters") is not None
    assert run_store.load_model(store, "default@2", "confidence") is None
    assert store.read_artefact("run-default@2.json") is None


@pytest.mark.parametrize("name", ["", "a@b", "a/b", " a", "x" * 65])
def test_names_that_would_be_misread_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="a run's name must be"):
        run_store.check_name(name)
    assert run_store.name_of("Bilder 2026.11@12") == "Bilder 2026.11"


def test_missing_artefacts_are_named(blobs: Blobs) -> None:
    store = blobs.stores.parts
    with pytest.raises(StoreError, match=r"run-x@1\.json is missing: restore a backup"):
        run_store.read(store, "x@1")
    with pytest.raises(StoreError, match=r"run-x@1\.npz is missing: restore a backup"):
        run_store.assignment(store, "x@1")
