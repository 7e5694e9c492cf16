"""One store of each kind for the conformance suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store.contract import PartStore
from catalog.store.manifest import Manifest
from tests.stores import (
    SCHEMA,
    Place,
    edge_place,
    memory_place,
    running_server,
    server_place,
    unique_catalog,
)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture(params=["edge", "memory", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "server":
        with server_place(tmp_path, request.getfixturevalue("server_url")) as place:
            yield place
    else:
        with {"edge": edge_place, "memory": memory_place}[request.param](tmp_path) as place:
            yield place


@pytest.fixture
def catalog() -> str:
    return unique_catalog()


@pytest.fixture
def store(place: Place, catalog: str) -> PartStore:
    """Return an empty catalogue."""
    store = place.open(catalog)
    store.create(SCHEMA, Manifest(catalog))
    return store
