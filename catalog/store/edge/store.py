"""The store inside this process: one Qdrant Edge shard a generation, in a folder."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from catalog.errors import UsageError
from catalog.store.backup import read_backup, write_backup
from catalog.store.checks import (
    check_ids,
    engine_query,
    engine_vectors,
    written_once,
    written_payload,
)
from catalog.store.contract import (
    KEPT_PAYLOAD,
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
from catalog.store.edge.edge_filter import edge_filter
from catalog.store.edge.folder import EdgeFolder, replace_file
from catalog.store.edge.shapes import selection, to_ranking, to_record
from catalog.store.edge.shard import RESERVE_BYTES, OwnedShard
from catalog.store.filters import Condition, json_path
from catalog.store.generation_record import GenerationRecord
from catalog.store.index_state import INDEX_FROM, IndexPhase, IndexState
from catalog.store.manifest import Manifest
from catalog.store.schema import check_facet_key
from catalog.store.ties import most_frequent, nearest

_CHUNK = 1000
"""Points an operation that carries no vectors."""
_POINT_BYTES = 64 * 1024
"""A generous size of a point with its vectors, for the check of the disk's free space."""
_Operation = edge.UpdateOperation


class EdgeStore:
    """A ``PartStore`` in a folder. The folder is owned from the first access to points on."""

    def __init__(
        self,
        root: Path,
        catalog: str,
        *,
        reserve_bytes: int = RESERVE_BYTES,
        index_from: int = INDEX_FROM,
    ) -> None:
        self._root, self._catalog, self._reserve = root, catalog, reserve_bytes
        self._index_from = index_from
        self._folder = EdgeFolder(root / catalog)
        self._prepared: int | None = None
        self._is_spent = False
        self._shard = OwnedShard(self._folder, reserve_bytes)
        self._schema: Schema | None = None

    @property
    def location(self) -> str:
        """The catalogue's folder."""
        return str(self._folder.path)

    # -- life ---------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Return whether the catalogue was created."""
        return self._prepared is not None or self._folder.exists()

    def create(self, schema: Schema, manifest: Manifest) -> None:
        """Create the catalogue with an empty first generation; an existing one is an error."""
        with self._folder.held():
            self._refuse_existing()
            self.switch_to(self._prepare(1, schema, manifest))

    def drop(self) -> None:
        """Delete the catalogue with all that belongs to it; an absent one is fine."""
        if self._folder.path.is_dir():
            with self._folder.held():
                self.close()
                self._folder.remove()

    def close(self) -> None:
        """Make everything durable and let go of the folder."""
        self._schema = None
        self._shard.close()

    # -- manifest, artefacts, generations -----------------------------------------------------

    def manifest(self) -> Manifest:
        """Return the generation's manifest; CatalogNotFound where there is none."""
        return self._record().manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the generation's manifest atomically."""
        with self._folder.held():
            former = self._record()
            manifest = manifest.with_generation(former.manifest.generation)
            self._folder.write(
                GenerationRecord(manifest, former.schema), is_active=self._prepared is None
            )

    def write_artefact(self, name: str, content: bytes) -> None:
        """Keep bytes with the catalogue, whole or not at all; the same name is replaced."""
        with self._folder.held():
            self._shard.check_space(len(content))
            replace_file(self._folder.artefact(name), content)

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        try:
            return self._folder.artefact(name).read_bytes()
        except FileNotFoundError:
            return None

    def artefacts(self) -> list[str]:
        """Return the names of the artefacts, sorted."""
        return self._folder.artefacts()

    def delete_artefact(self, name: str) -> None:
        """Delete an artefact; an absent one is fine."""
        with self._folder.held():
            self._folder.artefact(name).unlink(missing_ok=True)

    def exclusive(self, name: str) -> AbstractContextManager[Lease]:
        """Be the only process that does the named work meanwhile; StoreLocked names who does it."""
        return self._folder.lease(name)

    def next_generation(self, schema: Schema, manifest: Manifest) -> PartStore:
        """Return a store on a new, empty generation beside the active one; leftovers go."""
        with self._folder.held():
            return self._prepare(self._generation() + 1, schema, manifest)

    def switch_to(self, generation: PartStore) -> None:
        """Make that generation the active one atomically and delete the former."""
        if not isinstance(generation, EdgeStore) or generation._folder is not self._folder:
            raise UsageError("switch_to wants what next_generation of the same store returned")
        number = generation._generation()
        with self._folder.held():
            generation.close()
            generation._is_spent = True
            self.close()
            self._folder.activate(number)
            self._folder.remove_others(number)

    # -- points -------------------------------------------------------------------------------

    def schema(self) -> Schema:
        """Return the named vectors and indexes of the generation."""
        if self._schema is None:
            self._schema = self._record().schema
        return self._schema

    def upsert(self, points: Sequence[Point]) -> None:
        """Write whole points; those that exist keep the payload keys in ``KEPT_PAYLOAD``."""
        shard, schema = self._opened(), self.schema()
        latest = written_once(points)
        vectors = engine_vectors(latest, schema, edge.SparseVector)
        existing = shard.read([point.id for point in latest], KEPT_PAYLOAD, with_vectors=False)

        def operation(engine: edge.EdgeShard) -> None:
            rows = zip(latest, vectors, strict=True)
            engine_points = [
                edge.Point(point.id, point_vectors, _payload(point, existing))
                for point, point_vectors in rows
            ]
            engine.update(_Operation.upsert_points(engine_points))

        shard.check_space(len(latest) * _POINT_BYTES)
        shard.ask(operation)
        shard.count_written(len(latest))

    def update_payload(self, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """Set top-level payload keys of points by id; unknown ids are skipped."""
        check_ids(payloads)
        shard = self._opened()
        for chunk in chunked(payloads, _CHUNK):
            ids_by_payload: dict[str, list[edge.PointId]] = defaultdict(list)
            for identity in shard.read(chunk, with_payload=False, with_vectors=False):
                ids_by_payload[json.dumps(payloads[identity], sort_keys=True)].append(identity)
            for text, ids in ids_by_payload.items():
                shard.update(_Operation.set_payload(ids, json.loads(text)))
                shard.count_written(len(ids))  # the engine copies them, vectors and all

    def write_assignments(self, run: str, cluster_of: Mapping[str, int]) -> int:
        """Set ``clusters.<run>`` by point id where it differs; return how many points changed."""
        check_ids(cluster_of)
        shard = self._opened()
        ids_by_cluster: dict[int, list[edge.PointId]] = defaultdict(list)
        for chunk in chunked(cluster_of, _CHUNK):
            for identity, record in shard.read(chunk, ["clusters"], with_vectors=False).items():
                clusters = (record.payload or {}).get("clusters") or {}
                if clusters.get(run) != cluster_of[identity]:
                    ids_by_cluster[int(cluster_of[identity])].append(identity)
        for cluster, ids in ids_by_cluster.items():
            for part in chunked(ids, _CHUNK):
                shard.update(_Operation.set_payload(part, {run: cluster}, key="clusters"))
                shard.count_written(len(part))
        return sum(map(len, ids_by_cluster.values()))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete points; unknown ids are fine."""
        check_ids(ids)
        for chunk in chunked(ids, _CHUNK):
            self._opened().update(_Operation.delete_points(list(chunk)))

    def get(
        self,
        ids: Sequence[str],
        *,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> list[Record]:
        """Return the points that exist, in the order asked for."""
        check_ids(ids)
        records = self._opened().read(ids, with_payload, with_vectors)
        return [to_record(records[identity], identity) for identity in ids if identity in records]

    def scan(
        self,
        where: Condition | None = None,
        *,
        batch_size: int = 512,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> Iterator[list[Record]]:
        """Yield all matching points in batches, each point once, in the order of their ids."""

        def page(engine: edge.EdgeShard) -> tuple[list[edge.Record], edge.PointId | None]:
            return engine.scroll(
                edge.ScrollRequest(
                    offset=offset,
                    limit=batch_size,
                    filter=edge_filter(where),
                    with_payload=selection(with_payload),
                    with_vector=selection(with_vectors),
                )
            )

        check_limit("batch_size", batch_size)
        offset: edge.PointId | None = None
        while True:
            records, offset = self._opened().ask(page)
            if records:
                yield [to_record(record) for record in records]
            if offset is None:
                return

    def count(self, where: Condition | None = None) -> int:
        """Return how many points match, exactly."""
        return self._opened().ask(
            lambda engine: engine.count(edge.CountRequest(exact=True, filter=edge_filter(where)))
        )

    def facet(
        self, key: str, where: Condition | None = None, *, limit: int = 100
    ) -> list[FacetCount]:
        """Return the values at an indexed keyword key, most frequent first, ties by value."""
        check_facet_key(key, self.schema())

        def fetch(fetch_limit: int) -> list[FacetCount]:
            request = edge.FacetRequest(
                json_path(key), limit=fetch_limit, exact=True, filter=edge_filter(where)
            )
            hits = self._opened().ask(lambda engine: engine.facet(request)).hits
            return [FacetCount(str(hit.value), hit.count) for hit in hits]

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
        """Return only when all that was written is durable."""
        self._opened().flush()

    def index_state(self) -> IndexState:
        """Return how far the index is; it is never built in the background."""
        points = self.count()
        outside = self._opened().outside_index(points)
        phase: IndexPhase = "ready" if outside < points else "small"
        if outside >= self._index_from:
            phase = "missing"
        return IndexState(phase, points, points - outside, self._index_from)

    def optimize(self, patience: float = 0.0) -> IndexState:  # noqa: ARG002
        """Build the index where enough points are outside of it, however long that takes.

        A child process does it; the store is closed meanwhile. Fewer points than ``index_from`` are
        compared in a few milliseconds, and each build costs minutes.
        """
        if self.index_state().phase == "missing":
            self._shard.optimize(self._generation())
        return self.index_state()

    def backup(self, target: Path) -> None:
        """Write the whole catalogue to a new folder."""
        self.commit()
        write_backup(self, target)

    def restore(self, source: Path) -> None:
        """Create the catalogue from a backup's folder; an existing one is an error."""
        with self._folder.held():
            self._refuse_existing()
            read_backup(source, self._prepare_restored, self)

    # -- inside -------------------------------------------------------------------------------

    def _opened(self) -> OwnedShard:
        if not self._shard.is_open:
            self._record()
            self._shard.open(self._generation)
        return self._shard

    def _prepare(self, generation: int, schema: Schema, manifest: Manifest) -> EdgeStore:
        self._folder.remove_others(self._folder.active_generation())
        next_store = EdgeStore(
            self._root, self._catalog, reserve_bytes=self._reserve, index_from=self._index_from
        )
        next_store._folder, next_store._prepared = self._folder, generation
        next_store._shard = OwnedShard(self._folder, self._reserve)
        next_store._shard.create(generation, schema)
        record = GenerationRecord(manifest.with_generation(generation), schema)
        self._folder.write(record, is_active=False)
        return next_store

    def _prepare_restored(self, schema: Schema, manifest: Manifest) -> EdgeStore:
        return self._prepare(manifest.generation, schema, manifest)

    def _record(self) -> GenerationRecord:
        if self._is_spent:
            raise UsageError("this generation was switched to: use the store it was made from")
        if self._prepared is not None:
            return self._folder.prepared(self._prepared)
        return self._folder.active()

    def _generation(self) -> int:
        return self._record().manifest.generation

    def _refuse_existing(self) -> None:
        if self._folder.exists():
            raise UsageError(
                f"{self.location} holds a catalogue already: choose another --store or --catalog, or "
                "delete that folder"
            )

    def _query(
        self, queries: Sequence[VectorQuery], limits: Sequence[int]
    ) -> list[list[edge.ScoredPoint]]:
        shard, schema = self._opened(), self.schema()

        def ask(engine: edge.EdgeShard) -> list[list[edge.ScoredPoint]]:
            pairs = zip(queries, limits, strict=True)
            requests = [_request(query, limit, schema) for query, limit in pairs]
            return engine.query_batch(edge.QueryBatchRequest(requests))

        return shard.ask(ask)


def _request(query: VectorQuery, limit: int, schema: Schema) -> edge.QueryRequest:
    vector = engine_query(query.vector, query.using, schema, edge.SparseVector)
    return edge.QueryRequest(
        limit=limit,
        query=edge.Query.Nearest(vector, query.using),
        filter=edge_filter(query.where),
        with_payload=False,
        with_vector=False,
        params=edge.SearchParams(exact=query.exact),
    )


def _payload(point: Point, existing: Mapping[str, edge.Record]) -> dict[str, Any]:
    record = existing.get(point.id)
    return written_payload(point, {} if record is None else record.payload or {})
