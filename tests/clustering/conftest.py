"""A catalogue of clear groups on Edge and in qdrant-client's memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clustering.blobs import Blobs
from tests.stores import Place, edge_place, memory_place, unique_catalog


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Lend qdrant-client's memory, the faster of the two."""
    with memory_place(tmp_path) as place:
        yield place


@pytest.fixture
def blobs(place: Place) -> Blobs:
    """Return a catalogue of 60 parts in four groups, not clustered yet."""
    return _sixty(place)


@pytest.fixture
def edge_blobs(tmp_path: Path) -> Iterator[Blobs]:
    """Return the same on Edge."""
    with edge_place(tmp_path) as place:
        yield _sixty(place)


@pytest.fixture(params=["edge", "memory"])
def both(request: pytest.FixtureRequest) -> Blobs:
    """Return the same on one after the other."""
    name = {"edge": "edge_blobs", "memory": "blobs"}[request.param]
    blobs: Blobs = request.getfixturevalue(name)
    return blobs


def _sixty(place: Place) -> Blobs:
    blobs = Blobs(place, unique_catalog())
    blobs.create(60)
    return blobs
