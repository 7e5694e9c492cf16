"""A server is told to end the bulk load, is waited for, and what it tells is understood."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from qdrant_client import models

from catalog.store.contract import PartStore, Schema, VectorSpec
from catalog.store.manifest import Manifest
from catalog.store.server.connection import ServerConnection
from catalog.store.server.indexing import DEFAULT_THRESHOLD
from catalog.store.server.store import ServerStore
from tests.catalog.store.server.remembering_client import RememberingClient
from tests.stores import point, sparse

LARGE = Schema((VectorSpec("image", "dense", 512), VectorSpec("terms", "sparse")))
YELLOW, GREEN = models.CollectionStatus.YELLOW, models.CollectionStatus.GREEN
POINTS = 20


@pytest.fixture
def client() -> Iterator[RememberingClient]:
    client = RememberingClient()
    yield client
    client.close()


def loaded(client: RememberingClient, *, index_threshold: int | None = None) -> PartStore:
    connection = ServerConnection(":memory:", client=client)
    store = ServerStore(connection, "parts", index_threshold=index_threshold)
    store.create(LARGE, Manifest("parts"))
    rows = np.random.default_rng(0).normal(size=(POINTS, 512)).astype(np.float32)
    store.upsert([point(n, {"image": rows[n], "terms": sparse(i1=1.0)}) for n in range(POINTS)])
    return store


def test_a_bulk_load_is_off_until_it_is_ended(client: RememberingClient) -> None:
    store = loaded(client)
    assert (store.index_state().phase, store.index_state().is_sound) == ("off", False)
    state = store.optimize()
    assert (state.phase, state.points, state.threshold) == ("small", POINTS, DEFAULT_THRESHOLD)
    store.optimize()
    assert client.thresholds["parts.g1"] == [0, DEFAULT_THRESHOLD]


def test_a_threshold_that_somebody_chose_stays(client: RememberingClient) -> None:
    store = loaded(client)
    chosen = models.OptimizersConfigDiff(indexing_threshold=777)
    client.update_collection("parts.g1", optimizers_config=chosen)
    assert store.optimize().threshold == 777


def test_a_threshold_of_the_settings_is_asked_for(client: RememberingClient) -> None:
    store = loaded(client, index_threshold=3)
    assert store.optimize().threshold == 3
    assert store.next_generation(LARGE, Manifest("parts")).optimize().threshold == 3


def test_it_waits_until_the_server_is_idle(client: RememberingClient) -> None:
    store = loaded(client, index_threshold=3)
    client.statuses = [GREEN, GREEN, YELLOW, YELLOW, GREEN]
    client.indexed_vectors = 2 * POINTS
    state = store.optimize(patience=600)
    assert (state.phase, state.indexed) == ("ready", POINTS)
    assert client.statuses == [GREEN]


def test_it_does_not_wait_for_ever(client: RememberingClient) -> None:
    store = loaded(client, index_threshold=3)
    client.statuses = [YELLOW]
    client.indexed_vectors = POINTS + 5  # all sparse ones, and five that count
    state = store.optimize(patience=0.1)
    assert (state.phase, state.points, state.indexed) == ("building", POINTS, 5)
    assert (state.is_sound, "holds 5 of 20 parts" in state.text) == (True, True)


def test_a_server_that_was_restarted_is_asked_again(client: RememberingClient) -> None:
    store = loaded(client)
    store.optimize()
    client.statuses = [models.CollectionStatus.GREY]
    assert store.index_state().phase == "missing"
    store.optimize()
    assert client.thresholds["parts.g1"] == [0, DEFAULT_THRESHOLD, DEFAULT_THRESHOLD]


def test_what_the_server_says_of_a_failure_is_told(client: RememberingClient) -> None:
    store = loaded(client)
    client.optimizer_status = models.OptimizersStatusOneOf1(error="No space left on device")
    state = store.optimize()
    assert (state.phase, state.is_sound) == ("failed", False)
    assert "No space left on device" in state.text
