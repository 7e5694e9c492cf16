"""The store on a Qdrant server or cluster.

A generation is the collection ``<catalog>.g<N>``; the alias ``<catalog>`` names the active one and
is switched atomically; the record of a generation stands in its collection's metadata.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient, models

from catalog.errors import CatalogNotFound, StoreUnavailable, UsageError
from catalog.store.backup import read_backup, write_backup
from catalog.store.checks import check_ids, engine_query, engine_vectors, written_once
from catalog.store.contract import (
    FacetCount,
    Lease,
    PartStore,
    Point,
    Ranking,
    Record,
    Schema,
    VectorQuery,
    WithPayload,
    WithVectors,
    check_limit,
    chunked,
)
from catalog.store.filters import Condition, json_path
from catalog.store.generation_record import GenerationRecord
from catalog.store.index_state import IndexState
from catalog.store.manifest import Manifest
from catalog.store.schema import check_facet_key
from catalog.store.server.artefacts import ServerArtefacts
from catalog.store.server.connection import ServerConnection
from catalog.store.server.generations import ServerCollections
from catalog.store.server.indexing import (
    index_state,
    read_indexing,
    start_indexing,
    wait_until_built,
)
from catalog.store.server.lease import ServerLease
from catalog.store.server.server_filter import server_filter
from catalog.store.server.shapes import (
    make_sparse,
    query_request,
    requests_of,
    selection,
    to_ranking,
    to_record,
)
from catalog.store.server.writes import upsert_operations
from catalog.store.ties import most_frequent, nearest

_CHUNK = 1000
"""Ids a request that carries no vectors."""
_OPERATIONS = 100
"""Payload operations a request."""


class ServerStore:
    """A ``PartStore`` on a server.

    It stays on the generation that was active at its first use: when another process switches
    over, the former is deleted and this store raises CatalogNotFound rather than mixing embedders.
    """

    def __init__(
        self, connection: ServerConnection, catalog: str, *, index_threshold: int | None = None
    ) -> None:
        self._index_threshold = index_threshold
        self._connection = connection
        self._catalog = catalog
        self._collections = ServerCollections(connection, catalog)
        self._artefacts = ServerArtefacts(connection, f"{catalog}.artefacts")
        self._prepared: int | None = None
        self._is_spent = False
        self._bound: GenerationRecord | None = None

    @property
    def location(self) -> str:
        """The server's URL."""
        return self._connection.url

    # -- life ---------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Return whether the catalogue was created."""
        try:
            self._record()
        except CatalogNotFound:
            return False
        return True

    def create(self, schema: Schema, manifest: Manifest) -> None:
        """Create the catalogue with an empty first generation; an existing one is an error."""
        self._refuse_existing()
        self.switch_to(self._prepare(1, schema, manifest))

    def drop(self) -> None:
        """Delete the catalogue with all that belongs to it; an absent one is fine."""
        self._bound = None
        self._collections.remove_others(None)
        self._collections.delete(self._artefacts.collection)

    def close(self) -> None:
        """Let go of the connection; what was written is with the server already."""
        self._bound = None
        if self._prepared is None:
            self._connection.close()

    # -- manifest, artefacts, generations -----------------------------------------------------

    def manifest(self) -> Manifest:
        """Return the generation's manifest; CatalogNotFound where there is none."""
        return self._record().manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the generation's manifest atomically."""
        former = self._record()
        number = former.manifest.generation
        record = GenerationRecord(manifest.with_generation(number), former.schema)
        self._collections.write_record(record)

    def write_artefact(self, name: str, content: bytes) -> None:
        """Keep bytes with the catalogue, whole or not at all; the same name is replaced."""
        self._artefacts.write(name, content)

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        return self._artefacts.read(name)

    def artefacts(self) -> list[str]:
        """Return the names of the artefacts, sorted."""
        return self._artefacts.names()

    def delete_artefact(self, name: str) -> None:
        """Delete an artefact; an absent one is fine."""
        self._artefacts.delete(name)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[Lease]:
        """Be the only process that does the named work meanwhile; StoreLocked names who does it."""
        self._record()
        # Its thread must not meet a connection that this store closes.
        with closing(self._connection.another()) as connection:
            artefacts = ServerArtefacts(connection, self._artefacts.collection)
            with ServerLease(artefacts, name).held() as lease:
                yield lease

    def next_generation(self, schema: Schema, manifest: Manifest) -> PartStore:
        """Return a store on a new, empty generation beside the active one; leftovers go."""
        return self._prepare(self._generation() + 1, schema, manifest)

    def switch_to(self, generation: PartStore) -> None:
        """Make that generation the active one atomically and delete the former."""
        if (
            not isinstance(generation, ServerStore)
            or generation._collections is not self._collections
        ):
            raise UsageError("switch_to wants what next_generation of the same store returned")
        number = generation._generation()
        self._collections.activate(number)
        generation._is_spent = True
        generation._bound = self._bound = None
        self._collections.remove_others(number)

    # -- points -------------------------------------------------------------------------------

    def schema(self) -> Schema:
        """Return the named vectors and indexes of the generation."""
        return self._active().schema

    def upsert(self, points: Sequence[Point]) -> None:
        """Write whole points; those that exist keep the payload keys in ``KEPT_PAYLOAD``."""
        schema = self.schema()
        latest = written_once(points)
        for point in latest:
            _check_payload(point)
        vectors = engine_vectors(latest, schema, make_sparse)
        for rows in requests_of(vectors):
            existing = self._payloads([point.id for point in latest[rows]], with_payload=True)
            self._write(upsert_operations(latest[rows], vectors[rows], existing, schema))

    def update_payload(self, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """Set top-level payload keys of points by id; unknown ids are skipped."""
        check_ids(payloads)
        for chunk in chunked(payloads, _CHUNK):
            ids_by_payload: dict[str, list[str]] = defaultdict(list)
            for identity in self._payloads(chunk, with_payload=False):
                ids_by_payload[json.dumps(payloads[identity], sort_keys=True)].append(identity)
            operations = (
                _set_payload(json.loads(text), ids) for text, ids in ids_by_payload.items()
            )
            for request in chunked(operations, _OPERATIONS):
                self._write(request)

    def write_assignments(self, run: str, cluster_of: Mapping[str, int]) -> int:
        """Set ``clusters.<run>`` by point id where it differs; return how many points changed."""
        check_ids(cluster_of)
        ids_by_cluster: dict[int, list[str]] = defaultdict(list)
        for chunk in chunked(cluster_of, _CHUNK):
            for identity, payload in self._payloads(chunk, with_payload=["clusters"]).items():
                if (payload.get("clusters") or {}).get(run) != cluster_of[identity]:
                    ids_by_cluster[int(cluster_of[identity])].append(identity)
        operations = (
            _set_payload({run: cluster}, part, key="clusters")
            for cluster, ids in ids_by_cluster.items()
            for part in chunked(ids, _CHUNK)
        )
        for request in chunked(operations, _OPERATIONS):
            self._write(request)
        return sum(map(len, ids_by_cluster.values()))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete points; unknown ids are fine."""
        check_ids(ids)
        for chunk in chunked(ids, _CHUNK):
            self._write([models.DeleteOperation(delete=models.PointIdsList(points=list(chunk)))])

    def get(
        self,
        ids: Sequence[str],
        *,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> list[Record]:
        """Return the points that exist, in the order asked for."""
        check_ids(ids)
        records: dict[str, Record] = {}
        for chunk in chunked(ids, _CHUNK):
            answer = self._retrieve(chunk, with_payload, with_vectors)
            records |= {record.id: record for record in map(to_record, answer)}
        return [records[identity] for identity in ids if identity in records]

    def scan(
        self,
        where: Condition | None = None,
        *,
        batch_size: int = 512,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> Iterator[list[Record]]:
        """Yield all matching points in batches, each point once, in the order of their ids."""

        def page(client: QdrantClient) -> tuple[list[models.Record], Any]:
            return client.scroll(
                self._collection(),
                scroll_filter=server_filter(where),
                limit=batch_size,
                offset=offset,
                with_payload=selection(with_payload),
                with_vectors=selection(with_vectors),
            )

        check_limit("batch_size", batch_size)
        offset: Any = None
        while True:
            records, offset = self._connection.ask(page)
            if records:
                yield [to_record(record) for record in records]
            if offset is None:
                return

    def count(self, where: Condition | None = None) -> int:
        """Return how many points match, exactly."""
        name = self._collection()
        return self._connection.ask(
            lambda client: client.count(name, count_filter=server_filter(where), exact=True).count
        )

    def facet(
        self, key: str, where: Condition | None = None, *, limit: int = 100
    ) -> list[FacetCount]:
        """Return the values at an indexed keyword key, most frequent first, ties by value."""
        check_facet_key(key, self.schema())
        name = self._collection()

        def fetch(fetch_limit: int) -> list[FacetCount]:
            answer = self._connection.ask(
                lambda client: client.facet(
                    name, json_path(key), server_filter(where), limit=fetch_limit, exact=True
                )
            )
            return [FacetCount(str(hit.value), hit.count) for hit in answer.hits]

        return most_frequent(limit, fetch)

    # -- search -------------------------------------------------------------------------------

    def search_many(self, queries: Sequence[VectorQuery]) -> list[Ranking]:
        """Return the nearest points of each query, ties by id."""
        return [to_ranking(hits) for hits in nearest(queries, self._query)]

    def rank_many(self, queries: Sequence[VectorQuery]) -> list[Ranking]:
        """Return the nearest points of each query, ties as the engine leaves them."""
        answers = self._query(queries, [query.limit for query in queries])
        return [to_ranking(hits) for hits in answers]

    # -- durability ---------------------------------------------------------------------------

    def commit(self) -> None:
        """Do nothing: the server acknowledges what is in its write-ahead log already."""

    def index_state(self) -> IndexState:
        """Return how far the server is with the index."""
        return index_state(self, read_indexing(self._connection, self._collection()))

    def optimize(self, patience: float = 0.0) -> IndexState:
        """Let the server build its index, and wait for it so many seconds; it answers meanwhile."""
        connection, name = self._connection, self._collection()
        indexing = read_indexing(connection, name)
        threshold = indexing.asked_threshold(self._index_threshold)
        if threshold is not None:
            start_indexing(connection, name, threshold)
        if not indexing.is_small_for(self.schema(), threshold or indexing.threshold):
            wait_until_built(lambda: read_indexing(connection, name), patience)
        return self.index_state()

    def backup(self, target: Path) -> None:
        """Write the whole catalogue to a new folder; nobody may write to it meanwhile."""
        write_backup(self, target)

    def restore(self, source: Path) -> None:
        """Create the catalogue from a backup's folder; an existing one is an error."""
        self._refuse_existing()
        read_backup(source, self._prepare_restored, self)

    # -- inside -------------------------------------------------------------------------------

    def _prepare(self, generation: int, schema: Schema, manifest: Manifest) -> ServerStore:
        self._collections.remove_others(self._generation() if self.exists() else None)
        record = GenerationRecord(manifest.with_generation(generation), schema)
        self._collections.create(record)
        next_store = ServerStore(
            self._connection, self._catalog, index_threshold=self._index_threshold
        )
        next_store._collections, next_store._prepared = self._collections, generation
        return next_store

    def _prepare_restored(self, schema: Schema, manifest: Manifest) -> ServerStore:
        return self._prepare(manifest.generation, schema, manifest)

    def _record(self) -> GenerationRecord:
        if self._is_spent:
            raise UsageError("this generation was switched to: use the store it was made from")
        return self._collections.record(self._prepared)

    def _active(self) -> GenerationRecord:
        if self._bound is None:
            self._bound = self._record()
        return self._bound

    def _generation(self) -> int:
        return self._active().manifest.generation

    def _collection(self) -> str:
        return self._collections.name(self._generation())

    def _refuse_existing(self) -> None:
        if self.exists():
            raise UsageError(
                f"{self.location} holds a catalogue {self._catalog!r} already: choose another "
                "--catalog, or delete its collections"
            )

    def _retrieve(
        self, ids: Sequence[str], with_payload: WithPayload, with_vectors: WithVectors
    ) -> list[models.Record]:
        name, payload, vectors = (
            self._collection(),
            selection(with_payload),
            selection(with_vectors),
        )
        return self._connection.ask(
            lambda client: client.retrieve(
                name, list(ids), with_payload=payload, with_vectors=vectors
            )
        )

    def _payloads(
        self, ids: Sequence[str], *, with_payload: WithPayload
    ) -> dict[str, dict[str, Any]]:
        records = self._retrieve(ids, with_payload, with_vectors=False)
        return {str(record.id): record.payload or {} for record in records}

    def _write(self, operations: Sequence[models.UpdateOperation]) -> None:
        if not operations:
            return
        name = self._collection()
        results = self._connection.ask(
            lambda client: client.batch_update_points(
                name, operations, wait=True, ordering=models.WriteOrdering.STRONG
            )
        )
        if any(result.status != models.UpdateStatus.COMPLETED for result in results):
            raise StoreUnavailable(f"{self.location}: a write was not applied in time; try again")

    def _query(
        self, queries: Sequence[VectorQuery], limits: Sequence[int]
    ) -> list[list[models.ScoredPoint]]:
        if not queries:
            return []
        name, schema, is_local = self._collection(), self.schema(), self._connection.is_local
        requests = [
            query_request(
                query,
                engine_query(query.vector, query.using, schema, make_sparse),
                limit,
                is_local=is_local,
            )
            for query, limit in zip(queries, limits, strict=True)
        ]
        answers = self._connection.ask(lambda client: client.query_batch_points(name, requests))
        return [answer.points for answer in answers]


def _set_payload(
    payload: dict[str, Any], ids: Sequence[str], key: str | None = None
) -> models.SetPayloadOperation:
    return models.SetPayloadOperation(
        set_payload=models.SetPayload(payload=payload, points=list(ids), key=key)
    )


def _check_payload(point: Point) -> None:
    try:
        json.dumps(point.payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the payload of point {point.id} is not JSON: {error}") from None
