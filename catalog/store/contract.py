"""What a store is; every implementation passes ``tests/contracts/test_store_contract.py``.

A store holds one catalogue: its generations of points (one is active; changing an embedder builds
another beside it and switches), its manifest, and its artefacts (what the embedders learnt).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Vector
from catalog.errors import UsageError
from catalog.store.filters import Condition
from catalog.store.index_state import IndexState
from catalog.store.manifest import Manifest

VectorKind = Literal["dense", "multi", "sparse"]
PayloadIndex = Literal["keyword", "float", "integer"]
WithPayload: TypeAlias = bool | Sequence[str]
WithVectors: TypeAlias = bool | Sequence[str]
Item = TypeVar("Item")

KEPT_PAYLOAD = ("clusters", "review")
"""Payload that others than the ingest worker own: an upsert of an existing point keeps it."""


@dataclass(frozen=True, slots=True)
class VectorSpec:
    """One named vector: dense and multi are cosine, multi is MaxSim without HNSW, sparse is IDF."""

    name: str
    kind: VectorKind
    dim: int | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """The named vectors of a collection and the payload keys that are indexed."""

    vectors: tuple[VectorSpec, ...]
    payload_indexes: Mapping[str, PayloadIndex] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """What is written: id (uuid as text), the vectors that are present, the payload."""

    id: str
    vectors: Mapping[str, Vector]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """What is read; vectors and payload as far as they were asked for."""

    id: str
    payload: dict[str, Any]
    vectors: dict[str, Vector]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one vector query found, best first; payload and vectors are for ``get``.

    ``scores`` has shape (n,): cosine, the sum of MaxSim, or the sparse dot product.
    """

    ids: list[str]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VectorQuery:
    """The ``limit`` nearest points of one named vector, at least 1.

    An ``exact`` one compares every point that ``where`` holds for, whatever index there is.
    """

    using: str
    vector: Vector
    limit: int
    where: Condition | None = None
    exact: bool = False

    def __post_init__(self) -> None:
        check_limit("limit", self.limit)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many points have a value."""

    value: str
    count: int


class Lease(Protocol):
    """A named right that one process has at a time."""

    def check(self) -> None:
        """Raise StaleWrite where another process has taken it over meanwhile."""
        ...


class ArtefactSource(Protocol):
    """What a catalogue keeps beside its points, as far as its embedders and its triage need it."""

    @property
    def location(self) -> str:
        """Where it is kept, for messages."""
        ...

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        ...


@runtime_checkable
class PartStore(Protocol):
    """One catalogue in one place. Not thread-safe; one writer."""

    @property
    def location(self) -> str:
        """The folder or URL, for messages."""
        ...

    # -- life ---------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Return whether the catalogue was created."""
        ...

    def create(self, schema: Schema, manifest: Manifest) -> None:
        """Create the catalogue with an empty first generation; an existing one is an error."""
        ...

    def drop(self) -> None:
        """Delete the catalogue with all that belongs to it; an absent one is fine."""
        ...

    def close(self) -> None:
        """Make everything durable and let go of it."""
        ...

    # -- manifest, artefacts, generations -----------------------------------------------------

    def manifest(self) -> Manifest:
        """Return the manifest of the active generation; CatalogNotFound where there is none."""
        ...

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the active generation's manifest atomically."""
        ...

    def write_artefact(self, name: str, content: bytes) -> None:
        """Keep bytes with the catalogue, whole or not at all; the same name is replaced.

        Artefacts belong to the catalogue, not to a generation, and may be written before it is
        created: a name that must not be shared carries the generation's number.
        """
        ...

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        ...

    def artefacts(self) -> list[str]:
        """Return the names of the artefacts, sorted."""
        ...

    def delete_artefact(self, name: str) -> None:
        """Delete an artefact; an absent one is fine."""
        ...

    def exclusive(self, name: str) -> AbstractContextManager[Lease]:
        """Be the only process that does the named work meanwhile; StoreLocked names who does it.

        It holds whether or not the store is open, and ends with the process, however that ends.
        """
        ...

    def next_generation(self, schema: Schema, manifest: Manifest) -> PartStore:
        """Return a store on a new, empty generation beside the active one; leftovers are removed."""
        ...

    def switch_to(self, generation: PartStore) -> None:
        """Make that generation the active one atomically and delete the former.

        This store is on the new generation then; the one handed in is spent.
        """
        ...

    # -- points -------------------------------------------------------------------------------

    def schema(self) -> Schema:
        """Return the named vectors and indexes of the active generation."""
        ...

    def upsert(self, points: Sequence[Point]) -> None:
        """Write whole points; repeating it changes nothing.

        Every vector is checked finite, non-zero and of the right dim first (InvalidVector names
        the point; nothing of the batch is written then). A point that exists keeps the payload
        keys in ``KEPT_PAYLOAD``; its other keys and its vectors are replaced.
        """
        ...

    def update_payload(self, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """Set top-level payload keys of points by id; unknown ids are skipped."""
        ...

    def write_assignments(self, run: str, cluster_of: Mapping[str, int]) -> int:
        """Set ``clusters.<run>`` by point id where it differs; return how many points changed."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Delete points; unknown ids are fine."""
        ...

    def get(
        self,
        ids: Sequence[str],
        *,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> list[Record]:
        """Return the points that exist, in the order asked for."""
        ...

    def scan(
        self,
        where: Condition | None = None,
        *,
        batch_size: int = 512,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> Iterator[list[Record]]:
        """Yield all matching points in batches, each point once, in the order of their ids."""
        ...

    def count(self, where: Condition | None = None) -> int:
        """Return how many points match, exactly."""
        ...

    def facet(
        self, key: str, where: Condition | None = None, *, limit: int = 100
    ) -> list[FacetCount]:
        """Return the values at an indexed keyword key, most frequent first, ties by value."""
        ...

    # -- search -------------------------------------------------------------------------------

    def search_many(self, queries: Sequence[VectorQuery]) -> list[Ranking]:
        """Return the nearest points of each query, ties by id, in one call to the engine or few."""
        ...

    def rank_many(self, queries: Sequence[VectorQuery]) -> list[Ranking]:
        """Return the nearest points of each query, in one call to the engine.

        For candidates that are scored again: the engine chooses which of equal scores at the limit
        it returns and how it orders them, where thousands of parts may share a word.
        """
        ...

    # -- durability ---------------------------------------------------------------------------

    def commit(self) -> None:
        """Return only when all that was written is durable."""
        ...

    def index_state(self) -> IndexState:
        """Return how far the index is that makes searches fast."""
        ...

    def optimize(self, patience: float = 0.0) -> IndexState:
        """Ask for the index where it pays, and return how far it is.

        Whoever loads many points calls it at the end, even where nothing was to do. A server builds
        in the background and is waited for at most ``patience`` seconds. In a folder the index is
        whole at the return, however long that took.
        """
        ...

    def backup(self, target: Path) -> None:
        """Write the whole catalogue to a new folder."""
        ...

    def restore(self, source: Path) -> None:
        """Create the catalogue from a backup's folder, and ask for its index.

        An existing one is an error.
        """
        ...


def check_limit(name: str, number: int) -> None:
    """Refuse a number of things that is below 1."""
    if number < 1:
        raise UsageError(f"the {name!r} must be at least 1; got {number}")


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most ``size`` items."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
