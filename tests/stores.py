"""Where the store's tests keep their catalogues: a folder, qdrant-client's memory, a real server."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from qdrant_client import QdrantClient

from catalog.arrays import SparseVector, Vector
from catalog.parts import point_id
from catalog.store.contract import PartStore, Point, Ranking, Schema, VectorQuery, VectorSpec
from catalog.store.edge.store import EdgeStore
from catalog.store.server.connection import ServerConnection
from catalog.store.server.store import ServerStore

SERVER_IMAGE = "qdrant/qdrant:v1.20.0"
"""The version of the client in use; later than the write-ahead log fix of 1.16.2."""

SCHEMA = Schema(
    (
        VectorSpec("image", "dense", 4),
        VectorSpec("views", "multi", 4),
        VectorSpec("name_de", "dense", 3),
        VectorSpec("terms", "sparse"),
    ),
    {"family": "keyword", "weight_kg": "float", "stock": "integer"},
)


@dataclass
class Place:
    """One kind of store; every handle it opens is closed at the end, every catalogue dropped."""

    kind: str
    folder: Path
    url: str = ""
    client: QdrantClient | None = None
    _opened: list[PartStore] = field(default_factory=list)

    def open(self, catalog: str) -> PartStore:
        """Return another handle on a catalogue."""
        store: PartStore
        if self.kind == "edge":
            store = EdgeStore(self.folder, catalog, reserve_bytes=0)
        else:
            store = ServerStore(ServerConnection(self.url, client=self.client), catalog)
        self._opened.append(store)
        return store

    def clean(self) -> None:
        """Close every handle and drop every catalogue."""
        for store in self._opened:
            store.close()
        for store in self._opened:
            store.drop()
            store.close()


@contextmanager
def edge_place(folder: Path) -> Iterator[Place]:
    """Lend a folder."""
    place = Place("edge", folder)
    yield place
    place.clean()


@contextmanager
def memory_place(folder: Path) -> Iterator[Place]:
    """Lend qdrant-client's local mode, one for all handles."""
    place = Place("memory", folder, ":memory:", QdrantClient(":memory:"))
    yield place
    place.clean()


@contextmanager
def server_place(folder: Path, url: str) -> Iterator[Place]:
    """Lend a real server."""
    place = Place("server", folder, url)
    yield place
    place.clean()


@contextmanager
def running_server() -> Iterator[str]:
    """Yield the URL of a server: ``QDRANT_URL``, or a container where Docker answers; else skip."""
    url = os.environ.get("QDRANT_URL")
    if url:
        httpx.get(url, timeout=60).raise_for_status()
        yield url
        return
    reason = docker_missing()
    if reason:
        pytest.skip(f"no Qdrant server: QDRANT_URL is not set and {reason}")
    from testcontainers.community.qdrant import QdrantContainer

    with QdrantContainer(SERVER_IMAGE) as container:
        yield f"http://{container.rest_host_address}"


def docker_missing() -> str | None:
    """Return why no container can be started, None where Docker answers a ping."""
    host = urlsplit(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
    is_file = host.scheme == "unix"
    try:
        with socket.socket(socket.AF_UNIX if is_file else socket.AF_INET) as docker:
            docker.settimeout(60)
            docker.connect(host.path if is_file else (host.hostname, host.port or 2375))
            docker.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            answer = docker.recv(64).split(b"\r\n")[0]
    except OSError as error:
        return f"Docker does not answer ({error})"
    return None if b" 200 " in answer else f"Docker answers {answer!r}"


def unique_catalog() -> str:
    """Return a name that no other test uses."""
    return f"test-{uuid4().hex[:12]}"


def identity(number: int) -> str:
    """Return the id of the test point of that number."""
    return str(point_id("test", f"P{number}"))


def point(number: int, vectors: Mapping[str, Vector] | None = None, **payload: Any) -> Point:
    """Return a test point with its part number."""
    return Point(identity(number), vectors or {}, {"part_number": f"P{number}", **payload})


def ranking_of(store: PartStore, query: VectorQuery) -> Ranking:
    """Return what one query finds, ties by id."""
    (ranking,) = store.search_many([query])
    return ranking


def vector(*values: float) -> NDArray[np.float32]:
    """Return a dense vector."""
    return np.asarray(values, dtype=np.float32)


def sparse(**values: float) -> SparseVector:
    """Return a sparse vector from ``i3=0.5``."""
    pairs = sorted((int(key[1:]), value) for key, value in values.items())
    indices = np.asarray([index for index, _ in pairs], dtype=np.uint32)
    return SparseVector(indices, vector(*[value for _, value in pairs]))


def random_points(count: int, seed: int = 0) -> list[Point]:
    """Return points of which every fifth has no picture and every third no German name."""
    rng = np.random.default_rng(seed)
    return [_random_point(number, rng) for number in range(count)]


def _random_point(number: int, rng: np.random.Generator) -> Point:
    vectors: dict[str, Vector] = {"terms": _random_terms(rng)}
    if number % 5:
        views = rng.normal(size=(int(rng.integers(1, 4)), 4)).astype(np.float32)
        vectors |= {"image": views.mean(axis=0), "views": views}
    if number % 3:
        vectors["name_de"] = rng.normal(size=3).astype(np.float32)
    family, weight = f"F{number % 7}", round(float(rng.uniform(0, 50)), 3)
    return point(number, vectors, family=family, weight_kg=weight, stock=number % 11)


def _random_terms(rng: np.random.Generator) -> SparseVector:
    indices = np.unique(rng.integers(0, 60, size=6)).astype(np.uint32)
    return SparseVector(indices, rng.uniform(0.5, 2, size=indices.size).astype(np.float32))
