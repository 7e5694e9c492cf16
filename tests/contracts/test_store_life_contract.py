"""Every store's life: creation, manifest, artefacts, generations, backup."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import CatalogNotFound, StoreError, StoreLocked, UsageError
from catalog.store.contract import PartStore, Schema, VectorQuery, VectorSpec
from catalog.store.filters import Equals
from catalog.store.manifest import EmbedderRecord, Manifest, SegmentationRecord
from tests.stores import SCHEMA, Place, identity, point, random_points, ranking_of, vector

CUTTING = SegmentationRecord("silhouette", "f" * 40, "auto", "crop", "Teil .", "")
OTHER_SCHEMA = Schema((VectorSpec("image", "dense", 7),), {"family": "keyword"})


def manifest(catalog: str) -> Manifest:
    record = EmbedderRecord("builtin:ä", "f" * 64, 4, "Apache-2.0", "pad")
    return Manifest(catalog, {"image": record}, image_roots=("photos",))


# -- creation ---------------------------------------------------------------------------------


def test_every_store_is_a_part_store(store: PartStore) -> None:
    assert isinstance(store, PartStore)


def test_nothing_is_there_before_it_is_created(place: Place, catalog: str) -> None:
    store = place.open(catalog)
    assert not store.exists()
    for call in (
        store.manifest,
        store.schema,
        store.count,
        lambda: store.get([identity(1)]),
        lambda: store.upsert([point(1)]),
        lambda: store.write_manifest(manifest(catalog)),
        lambda: store.next_generation(SCHEMA, manifest(catalog)),
    ):
        with pytest.raises(CatalogNotFound, match=catalog):
            call()
    assert not store.exists()
    store.drop()


def test_a_catalogue_is_created_once(store: PartStore, catalog: str) -> None:
    store.upsert([point(1)])
    with pytest.raises(UsageError, match="already"):
        store.create(SCHEMA, manifest(catalog))
    assert store.count() == 1


def test_a_dropped_catalogue_is_gone_and_can_be_created_again(
    place: Place, store: PartStore, catalog: str
) -> None:
    store.upsert([point(1)])
    store.write_artefact("state", b"x")
    store.drop()
    assert not store.exists()
    assert not place.open(catalog).exists()
    store.create(OTHER_SCHEMA, manifest(catalog))
    assert (store.count(), store.artefacts(), store.schema()) == (0, [], OTHER_SCHEMA)


def test_what_was_written_is_there_after_closing(
    place: Place, store: PartStore, catalog: str
) -> None:
    store.upsert(random_points(30))
    store.write_assignments("run", {identity(4): 2})
    store.commit()
    store.close()
    again = place.open(catalog)
    assert again.count() == 30
    assert again.get([identity(4)])[0].payload["clusters"] == {"run": 2}
    assert again.schema() == SCHEMA
    again.close()
    assert store.count() == 30


def test_catalogues_in_one_place_know_nothing_of_each_other(
    place: Place, store: PartStore, catalog: str
) -> None:
    other = place.open(f"{catalog}-2")
    other.create(OTHER_SCHEMA, manifest(f"{catalog}-2"))
    store.upsert([point(1)])
    store.write_artefact("state", b"mine")
    assert (other.count(), other.artefacts()) == (0, [])
    other.drop()
    assert (store.count(), store.read_artefact("state")) == (1, b"mine")


def test_optimizing_and_committing_change_nothing(store: PartStore) -> None:
    store.upsert(random_points(40))
    query = VectorQuery("image", vector(1, 0, 1, 0), 40, exact=True)
    before = ranking_of(store, query)
    store.commit()
    store.optimize()
    store.optimize()
    after = ranking_of(store, query)
    assert (after.ids, after.scores.tolist()) == (before.ids, before.scores.tolist())


def test_the_state_of_the_index_is_told(store: PartStore) -> None:
    assert store.index_state().points == 0
    store.upsert(random_points(40))
    state = store.optimize()
    assert (state.points, state.phase, state.is_sound) == (40, "small", True)
    assert state.threshold > 0
    assert store.index_state() == state
    assert state.to_json()["points"] == 40


# -- manifest ---------------------------------------------------------------------------------


def test_the_manifest_comes_back_as_it_was_written(place: Place, catalog: str) -> None:
    store = place.open(catalog)
    written = manifest(catalog)
    store.create(SCHEMA, written)
    assert store.manifest() == written
    changed = replace(written, active_run="Lauf 1", embedders={}, segmentation=CUTTING)
    store.write_manifest(changed)
    assert store.manifest() == changed
    store.close()
    assert place.open(catalog).manifest() == changed


def test_the_generation_is_the_stores_own_business(store: PartStore, catalog: str) -> None:
    store.write_manifest(replace(manifest(catalog), generation=9))
    assert store.manifest().generation == 1
    assert store.count() == 0


# -- artefacts --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 5_000_000, 9_000_000])
def test_artefacts_come_back_whole(store: PartStore, size: int) -> None:
    content = np.random.default_rng(size).bytes(size)
    store.write_artefact("state", content)
    assert store.read_artefact("state") == content


@pytest.mark.parametrize("name", ["a/b", "../up", "grün state.npz", ".", "C:\\x", "a.bin", "%2F"])
def test_any_name_is_an_artefact_of_its_own(store: PartStore, name: str) -> None:
    store.write_artefact("other", b"other")
    assert store.read_artefact(name) is None
    store.write_artefact(name, b"first and longer")
    store.write_artefact(name, b"second")
    assert store.read_artefact(name) == b"second"
    assert store.read_artefact("other") == b"other"
    assert store.artefacts() == sorted([name, "other"])


def test_artefacts_may_come_before_the_catalogue(place: Place, catalog: str) -> None:
    store = place.open(catalog)
    assert (store.read_artefact("state"), store.artefacts()) == (None, [])
    store.write_artefact("state", b"learnt")
    assert not store.exists()
    store.create(SCHEMA, manifest(catalog))
    store.close()
    assert place.open(catalog).read_artefact("state") == b"learnt"


# -- generations ------------------------------------------------------------------------------


def test_a_generation_is_built_beside_and_switched_to(
    place: Place, store: PartStore, catalog: str
) -> None:
    store.upsert(random_points(20))
    store.write_artefact("state", b"old")
    following = store.next_generation(OTHER_SCHEMA, manifest(catalog))
    assert (following.exists(), following.count(), following.schema()) == (True, 0, OTHER_SCHEMA)
    assert following.manifest().generation == 2
    following.upsert([point(number, {"image": vector(*range(1, 8))}) for number in range(5)])
    following.write_artefact("state-g2", b"new")
    following.write_manifest(replace(manifest(catalog), segmentation=CUTTING))
    assert (store.count(), store.schema(), store.read_artefact("state")) == (20, SCHEMA, b"old")
    assert store.artefacts() == ["state", "state-g2"]
    store.switch_to(following)
    following.close()
    assert (store.count(), store.schema()) == (5, OTHER_SCHEMA)
    assert store.read_artefact("state-g2") == b"new"
    assert (store.manifest().generation, store.manifest().segmentation) == (2, CUTTING)
    assert len(ranking_of(store, VectorQuery("image", vector(*range(1, 8)), 9)).ids) == 5
    store.close()
    again = place.open(catalog)
    assert (again.count(), again.schema()) == (5, OTHER_SCHEMA)


def test_a_spent_generation_is_refused(store: PartStore, catalog: str) -> None:
    following = store.next_generation(SCHEMA, manifest(catalog))
    store.switch_to(following)
    with pytest.raises(UsageError, match="switched"):
        following.count()
    with pytest.raises(UsageError):
        store.switch_to(following)
    with pytest.raises(UsageError, match="next_generation"):
        store.switch_to(_stranger())


def _stranger() -> PartStore:
    from catalog.store.server.connection import ServerConnection
    from catalog.store.server.store import ServerStore

    return ServerStore(ServerConnection(":memory:"), "stranger")


def test_a_generation_that_was_given_up_leaves_the_former(
    place: Place, store: PartStore, catalog: str
) -> None:
    store.upsert(random_points(20))
    given_up = store.next_generation(OTHER_SCHEMA, manifest(catalog))
    given_up.upsert([point(1)])
    given_up.close()
    store.close()
    again = place.open(catalog)
    assert again.count() == 20
    following = again.next_generation(SCHEMA, manifest(catalog))
    assert (following.count(), following.schema()) == (0, SCHEMA)
    again.switch_to(following)
    assert (again.count(), again.manifest().generation) == (0, 2)


def test_generations_go_on_counting(store: PartStore, catalog: str) -> None:
    for generation in (2, 3, 4):
        following = store.next_generation(SCHEMA, manifest(catalog))
        following.upsert(random_points(generation))
        store.switch_to(following)
        assert (store.manifest().generation, store.count()) == (generation, generation)


# -- backup -----------------------------------------------------------------------------------


@pytest.fixture
def backup(store: PartStore, tmp_path: Path) -> Path:
    store.switch_to(store.next_generation(SCHEMA, store.manifest()))
    store.upsert(random_points(50))
    store.write_assignments("run", {identity(7): 3})
    store.write_artefact("state/ü", b"learnt")
    store.backup(tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_restores_everything(
    place: Place, store: PartStore, backup: Path, catalog: str
) -> None:
    ids = [identity(number) for number in range(50)]
    expected = store.get(ids, with_vectors=["image", "name_de"])
    former = store.manifest()
    other = place.open(f"{catalog}-restored")
    other.restore(backup)
    found = other.get(ids, with_vectors=["image", "name_de"])
    assert [(each.id, each.payload) for each in found] == [
        (each.id, each.payload) for each in expected
    ]
    for one, two in zip(found, expected, strict=True):
        assert one.vectors.keys() == two.vectors.keys()
        for name, values in one.vectors.items():
            np.testing.assert_allclose(values, two.vectors[name], atol=1e-6)  # type: ignore[arg-type]
    assert other.schema() == store.schema()
    assert other.artefacts() == ["state/ü"]
    assert other.read_artefact("state/ü") == b"learnt"
    assert other.count(Equals("clusters.run", 3)) == 1
    assert other.manifest().generation == 2
    assert other.manifest().identity != former.identity
    assert replace(other.manifest(), identity=former.identity) == former


def test_a_backup_wants_a_new_folder_and_a_new_catalogue(store: PartStore, backup: Path) -> None:
    with pytest.raises(UsageError, match="new folder"):
        store.backup(backup)
    with pytest.raises(UsageError, match="already"):
        store.restore(backup)
    assert store.count() == 50


@pytest.mark.parametrize("harm", ["unfinished", "changed", "missing", "extra", "format", "no json"])
def test_a_backup_that_is_not_whole_is_refused(
    place: Place, backup: Path, catalog: str, harm: str
) -> None:
    index, points = backup / "backup.json", backup / "points-00000.npz"
    if harm == "unfinished":
        index.unlink()
    elif harm == "changed":
        points.write_bytes(points.read_bytes()[:-1] + b"?")
    elif harm == "missing":
        points.unlink()
    elif harm == "extra":
        (backup / "points-00001.jsonl").write_text("{}")
    elif harm == "format":
        index.write_text(json.dumps({**json.loads(index.read_text()), "format": 99}))
    else:
        index.write_text("{")
    other = place.open(f"{catalog}-restored")
    with pytest.raises((UsageError, StoreError), match="backup"):
        other.restore(backup)
    assert not other.exists()


def test_restoring_from_nowhere_is_refused(place: Place, tmp_path: Path, catalog: str) -> None:
    store = place.open(f"{catalog}-restored")
    with pytest.raises(UsageError, match="backup"):
        store.restore(tmp_path / "nowhere")
    assert not store.exists()


# -- locks ------------------------------------------------------------------------------------


def test_one_handle_at_a_time_does_the_named_work(
    place: Place, store: PartStore, catalog: str
) -> None:
    other = place.open(catalog)
    with store.exclusive("cluster") as lease:
        lease.check()
        with pytest.raises(StoreLocked, match="cluster is under way already, by this very process"):
            other.exclusive("cluster").__enter__()
        with other.exclusive("review"):
            pass
    with other.exclusive("cluster"):
        pass
    assert store.artefacts() == []


def test_a_lock_outlives_neither_an_error_nor_the_catalogue(store: PartStore) -> None:
    with pytest.raises(ZeroDivisionError), store.exclusive("cluster"):
        _ = 1 / 0
    with store.exclusive("cluster"):
        pass
    store.drop()
    with pytest.raises(CatalogNotFound), store.exclusive("cluster"):
        pass
    assert not store.exists()


def test_a_deleted_artefact_is_gone(store: PartStore) -> None:
    store.write_artefact("run-a", b"x" * 100)
    store.write_artefact("run-b", b"y")
    store.delete_artefact("run-a")
    store.delete_artefact("never there")
    assert store.read_artefact("run-a") is None
    assert store.artefacts() == ["run-b"]
