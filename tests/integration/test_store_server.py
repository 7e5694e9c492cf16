"""What only a real server shows: its collections, several clients, its background indexing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from qdrant_client import QdrantClient, models

from catalog.arrays import Vector
from catalog.errors import CatalogNotFound
from catalog.store.contract import PartStore, Schema, VectorQuery, VectorSpec
from catalog.store.manifest import Manifest
from catalog.store.schema import PART_INDEXES, part_schema
from catalog.store.server.indexing import DEFAULT_THRESHOLD
from tests.stores import (
    SCHEMA,
    Place,
    identity,
    point,
    random_points,
    ranking_of,
    server_place,
    unique_catalog,
    vector,
)


@pytest.fixture
def place(server_url: str, tmp_path: Path) -> Iterator[Place]:
    with server_place(tmp_path, server_url) as place:
        yield place


@pytest.fixture
def catalog() -> str:
    return unique_catalog()


@pytest.fixture
def store(place: Place, catalog: str) -> PartStore:
    store = place.open(catalog)
    store.create(SCHEMA, Manifest(catalog))
    return store


@pytest.fixture
def client(server_url: str) -> Iterator[QdrantClient]:
    client = QdrantClient(server_url, check_compatibility=False)
    yield client
    client.close()


def collections(client: QdrantClient, catalog: str) -> set[str]:
    names = [collection.name for collection in client.get_collections().collections]
    return {name for name in names if name.startswith(f"{catalog}.")}


def alias_of(client: QdrantClient, catalog: str) -> list[str]:
    aliases = client.get_aliases().aliases
    return [alias.collection_name for alias in aliases if alias.alias_name == catalog]


def test_an_alias_names_the_active_generation(
    store: PartStore, client: QdrantClient, catalog: str
) -> None:
    assert alias_of(client, catalog) == [f"{catalog}.g1"]
    following = store.next_generation(SCHEMA, Manifest(catalog))
    assert collections(client, catalog) == {f"{catalog}.g1", f"{catalog}.g2"}
    assert alias_of(client, catalog) == [f"{catalog}.g1"]
    store.switch_to(following)
    assert alias_of(client, catalog) == [f"{catalog}.g2"]
    assert collections(client, catalog) == {f"{catalog}.g2"}
    store.write_artefact("state", b"x")
    store.drop()
    assert collections(client, catalog) == set()
    assert alias_of(client, catalog) == []


def test_the_collection_is_set_up_for_parts(
    place: Place, client: QdrantClient, catalog: str
) -> None:
    store = place.open(catalog)
    store.create(part_schema(16, 8), Manifest(catalog))
    info = client.get_collection(catalog)
    vectors = info.config.params.vectors
    assert isinstance(vectors, dict)
    assert vectors["views"].hnsw_config is not None
    assert vectors["views"].hnsw_config.m == 0
    assert info.payload_schema.keys() == PART_INDEXES.keys()
    sparse = info.config.params.sparse_vectors
    assert sparse is not None
    assert sparse["terms"].modifier == models.Modifier.IDF


def test_loading_is_not_slowed_by_indexing_and_searching_is_indexed(
    place: Place, client: QdrantClient, catalog: str
) -> None:
    store = place.open(catalog)
    store.create(Schema((VectorSpec("image", "dense", 512),)), Manifest(catalog))
    assert client.get_collection(catalog).config.optimizer_config.indexing_threshold == 0
    rows = np.random.default_rng(0).normal(size=(8_000, 512)).astype(np.float32)
    for start in range(0, len(rows), 1000):
        numbers = range(start, start + 1000)
        store.upsert([point(number, {"image": rows[number]}) for number in numbers])
    query = VectorQuery("image", rows[17], 10, exact=True)
    before = ranking_of(store, query).ids
    state = store.optimize()
    assert (state.points, state.threshold, state.is_sound) == (8_000, DEFAULT_THRESHOLD, True)
    config = client.get_collection(catalog).config.optimizer_config
    assert config.indexing_threshold == DEFAULT_THRESHOLD
    # A server spreads points over two to eight segments: too little in each for that threshold.
    lower = models.OptimizersConfigDiff(indexing_threshold=1000)
    client.update_collection(f"{catalog}.g1", optimizers_config=lower)
    wait_until_indexed(client, catalog)
    state = store.index_state()
    assert (state.phase, state.threshold, state.indexed > 0) == ("ready", 1000, True)
    assert ranking_of(store, query).ids == before
    assert ranking_of(store, VectorQuery("image", rows[17], 10)).ids[0] == identity(17)


def wait_until_indexed(client: QdrantClient, collection: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        info = client.get_collection(collection)
        if info.status == models.CollectionStatus.GREEN and info.indexed_vectors_count:
            return
        time.sleep(0.5)
    pytest.fail("the server did not finish indexing within two minutes")


def test_what_others_write_meanwhile_survives_upserts(
    place: Place, store: PartStore, catalog: str
) -> None:
    """A worker upserts the same points over and over while a reviewer writes clusters and reviews."""
    points = random_points(64)
    store.upsert(points)
    worker = place.open(catalog)

    def work() -> None:
        for _ in range(20):
            worker.upsert(points)

    thread = Thread(target=work)
    thread.start()
    for cluster in range(10):
        store.write_assignments("run", {part.id: cluster for part in points})
        store.update_payload({part.id: {"review": {"seen": cluster}} for part in points})
    thread.join()
    for record in store.get([part.id for part in points]):
        assert record.payload["clusters"] == {"run": 9}
        assert record.payload["review"] == {"seen": 9}


def test_a_store_of_a_former_generation_says_so(
    place: Place, store: PartStore, catalog: str
) -> None:
    store.upsert(random_points(5))
    other = place.open(catalog)
    assert other.count() == 5
    store.switch_to(store.next_generation(SCHEMA, Manifest(catalog)))
    with pytest.raises(CatalogNotFound):
        other.count()
    other.close()
    assert other.count() == 0


def test_a_batch_larger_than_a_request_is_split(place: Place, catalog: str) -> None:
    store = place.open(catalog)
    store.create(Schema((VectorSpec("views", "multi", 1280),)), Manifest(catalog))
    rng = np.random.default_rng(0)
    views: list[Vector] = [rng.normal(size=(8, 1280)).astype(np.float32) for _ in range(200)]
    store.upsert([point(number, {"views": rows}) for number, rows in enumerate(views)])
    assert store.count() == 200
    assert ranking_of(store, VectorQuery("views", views[3], 1)).ids == [identity(3)]


def test_many_points_are_scanned_once_each(store: PartStore) -> None:
    for start in range(0, 5000, 500):
        numbers = range(start, start + 500)
        store.upsert([point(number, {"name_de": vector(1, number, 0)}) for number in numbers])
    ids = [record.id for batch in store.scan(batch_size=700) for record in batch]
    assert ids == sorted(identity(number) for number in range(5000))
