"""The store inside this process: one Qdrant Edge shard a generation, in a folder."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from partscope.errors import PartscopeError, StoreError, StoreFull, StoreLocked, UsageError
from partscope.store.checks import engine_query, engine_vectors
from partscope.store.contract import (
    KEPT_PAYLOAD,
    FacetCount,
    PartStore,
    Point,
    Record,
    Schema,
    Scored,
    VectorQuery,
    WithPayload,
    WithVectors,
    chunked,
)
from partscope.store.edge_filters import edge_filter
from partscope.store.edge_folder import EdgeFolder, replace_file
from partscope.store.edge_shapes import (
    edge_config,
    index_operations,
    to_record,
    to_scored,
    with_ids,
)
from partscope.store.filters import Condition, json_path
from partscope.store.manifest import Manifest
from partscope.store.record import GenerationRecord
from partscope.store.ties import SPARE, is_settled, more

INDEX_FROM = 20_000
"""Points from which HNSW pays; below, a pass over all of them takes a few milliseconds."""
RESERVE_BYTES = 256 * 1024 * 1024
"""Free disk space below which nothing is written: a full disk kills the process in the engine."""
_CHUNK = 1000
"""Points an operation that carries no vectors."""
_OPTIMIZE = (
    "import sys, qdrant_edge; shard = qdrant_edge.EdgeShard.load(sys.argv[1]); "
    "shard.optimize(); shard.flush(); shard.close()"
)


class EdgeStore:
    """A ``PartStore`` in a folder; the folder is owned from the first access to points on."""

    def __init__(self, root: Path, catalog: str, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = EdgeFolder(root / catalog)
        self._reserve = reserve_bytes
        self._prepared: int | None = None
        self._spent = False
        self._shard: edge.EdgeShard | None = None
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
        with self._owned():
            if self._folder.exists():
                raise UsageError(f"{self.location} holds a catalogue already; drop it first")
            self._folder.remove_others(None)
            record = GenerationRecord(manifest, schema)
            self._create_shard(record)
            self._folder.write_active(record)

    def drop(self) -> None:
        """Delete the catalogue with all that belongs to it; an absent one is fine."""
        if not self._folder.path.is_dir():
            return
        with self._owned():
            self._close_shard()
            self._folder.remove()

    def close(self) -> None:
        """Make everything durable and let go of the folder."""
        self._close_shard()

    # -- manifest, artefacts, generations -----------------------------------------------------

    def manifest(self) -> Manifest:
        """Return the generation's manifest; CatalogNotFound where there is none."""
        return self._record().manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the generation's manifest atomically."""
        with self._owned():
            former = self._record()
            self._write_record(
                GenerationRecord(
                    manifest.with_generation(former.manifest.generation), former.schema
                )
            )

    def write_artefact(self, name: str, content: bytes) -> None:
        """Keep bytes with this generation, whole or not at all."""
        with self._owned():
            self._check_space(len(content))
            replace_file(self._artefact(name), content)

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        try:
            return self._artefact(name).read_bytes()
        except FileNotFoundError:
            return None

    def next_generation(self, schema: Schema, manifest: Manifest) -> PartStore:
        """Return a store on a new, empty generation beside the active one."""
        with self._owned():
            active = self._folder.active().manifest.generation
            self._folder.remove_others(active)
            record = GenerationRecord(manifest.with_generation(active + 1), schema)
            following = EdgeStore(
                self._folder.path.parent, self._folder.path.name, reserve_bytes=self._reserve
            )
            following._folder = self._folder
            following._prepared = active + 1
            following._create_shard(record)
            self._folder.write_prepared(record)
        return following

    def switch_to(self, generation: PartStore) -> None:
        """Make that generation the active one atomically and delete the former."""
        if not isinstance(generation, EdgeStore) or generation._folder is not self._folder:
            raise UsageError("switch_to wants what next_generation of the same store returned")
        number = generation._number()
        with self._owned():
            generation.close()
            generation._spent = True
            self._close_shard()
            self._folder.activate(number)
            self._folder.remove_others(number)
            self._schema = None

    # -- points -------------------------------------------------------------------------------

    def schema(self) -> Schema:
        """Return the named vectors and indexes of the generation."""
        if self._schema is None:
            self._schema = self._record().schema
        return self._schema

    def upsert(self, points: Sequence[Point]) -> None:
        """Write whole points; those that exist keep the payload in ``KEPT_PAYLOAD``."""
        shard = self._opened()
        latest = list({point.id: point for point in points}.values())
        vectors = engine_vectors(latest, self.schema(), edge.SparseVector)
        self._check_space(_size(vectors))
        with self._refusals():
            kept = self._kept_payload([point.id for point in latest])
            made = [
                edge.Point(point.id, named, {**point.payload, **kept.get(point.id, {})})
                for point, named in zip(latest, vectors, strict=True)
            ]
            shard.update(edge.UpdateOperation.upsert_points(made))

    def update_payload(self, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """Set top-level payload keys of points by id; unknown ids are skipped."""
        for chunk in chunked(payloads, _CHUNK):
            known = self._read(chunk, with_payload=False, with_vectors=False)
            same: dict[str, list[edge.PointId]] = defaultdict(list)
            for identity in known:
                same[json.dumps(payloads[identity], sort_keys=True)].append(identity)
            for ids in same.values():
                payload = dict(payloads[str(ids[0])])
                self._update(edge.UpdateOperation.set_payload(ids, payload))

    def write_assignments(self, run: str, cluster_of: Mapping[str, int]) -> int:
        """Set ``clusters.<run>`` by point id where it differs; return how many points changed."""
        changed: dict[int, list[edge.PointId]] = defaultdict(list)
        for chunk in chunked(cluster_of, _CHUNK):
            for identity, found in self._read(chunk, ["clusters"], with_vectors=False).items():
                clusters = (found.payload or {}).get("clusters") or {}
                if clusters.get(run) != cluster_of[identity]:
                    changed[cluster_of[identity]].append(identity)
        for cluster, ids in changed.items():
            for part in chunked(ids, _CHUNK):
                self._update(edge.UpdateOperation.set_payload(part, {run: cluster}, key="clusters"))
        return sum(map(len, changed.values()))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete points; unknown ids are fine."""
        for chunk in chunked(ids, _CHUNK):
            self._update(edge.UpdateOperation.delete_points(list(chunk)))

    def get(
        self,
        ids: Sequence[str],
        *,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> list[Record]:
        """Return the points that exist, in the order asked for."""
        found = self._read(ids, with_payload, with_vectors)
        return [to_record(found[identity]) for identity in ids if identity in found]

    def scan(
        self,
        where: Condition | None = None,
        *,
        batch_size: int = 512,
        with_payload: WithPayload = True,
        with_vectors: WithVectors = False,
    ) -> Iterator[list[Record]]:
        """Yield all matching points in batches, each point once, in the order of their ids."""
        offset: edge.PointId | None = None
        while True:
            with self._refusals():
                request = edge.ScrollRequest(
                    offset=offset,
                    limit=batch_size,
                    filter=edge_filter(where),
                    with_payload=_selection(with_payload),
                    with_vector=_selection(with_vectors),
                )
                found, offset = self._opened().scroll(request)
            if found:
                yield [to_record(record) for record in found]
            if offset is None:
                return

    def count(self, where: Condition | None = None) -> int:
        """Return how many points match, exactly."""
        with self._refusals():
            return self._opened().count(edge.CountRequest(exact=True, filter=edge_filter(where)))

    def facet(
        self, key: str, where: Condition | None = None, *, limit: int = 100
    ) -> list[FacetCount]:
        """Return the values at an indexed keyword key, most frequent first, ties by value."""
        asked = limit + SPARE
        while True:
            with self._refusals():
                request = edge.FacetRequest(
                    json_path(key), limit=asked, exact=True, filter=edge_filter(where)
                )
                hits = self._opened().facet(request).hits
            if is_settled(hits, asked, limit, lambda hit: hit.count):
                break
            asked = more(asked)
        counts = [FacetCount(str(hit.value), hit.count) for hit in hits if hit.count]
        return sorted(counts, key=lambda each: (-each.count, each.value))[:limit]

    # -- search -------------------------------------------------------------------------------

    def search(self, query: VectorQuery) -> list[Scored]:
        """Return the nearest points of one vector."""
        return self.search_many([query])[0]

    def search_many(self, queries: Sequence[VectorQuery]) -> list[list[Scored]]:
        """Return the nearest points of each query, in one call to the engine."""
        asked = [query.limit + SPARE for query in queries]
        answers = self._query(queries, asked)
        for row, query in enumerate(queries):
            while not is_settled(answers[row], asked[row], query.limit, lambda hit: hit.score):
                asked[row] = more(asked[row])
                answers[row] = self._query([query], [asked[row]])[0]
        return [
            [to_scored(hit) for hit in sorted(answer, key=_rank)[: query.limit]]
            for query, answer in zip(queries, answers, strict=True)
        ]

    # -- durability ---------------------------------------------------------------------------

    def commit(self) -> None:
        """Return only when all that was written is durable."""
        with self._refusals():
            self._opened().flush()

    def optimize(self) -> None:
        """Build HNSW where it pays, in a child process: the engine never releases the GIL."""
        if self.count() < INDEX_FROM:
            return
        with self._owned():
            shard = self._folder.shard(self._number())
            self._close_shard()
            child = [sys.executable, "-P", "-c", _OPTIMIZE, str(shard)]
            done = subprocess.run(child, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
                raise StoreError(f"{self.location}: could not be optimised: {reason}")

    def backup(self, target: Path) -> None:
        """Write the whole catalogue to a new folder."""
        raise NotImplementedError

    def restore(self, source: Path) -> None:
        """Create the catalogue from a backup's folder; an existing one is an error."""
        raise NotImplementedError

    # -- the shard ----------------------------------------------------------------------------

    def _opened(self) -> edge.EdgeShard:
        if self._shard is None:
            self._record()
            self._folder.hold()
            try:
                with self._refusals():
                    path = self._folder.shard(self._number())
                    self._shard = edge.EdgeShard.load(str(path))
            except BaseException:
                self._folder.let_go()
                raise
        return self._shard

    def _create_shard(self, record: GenerationRecord) -> None:
        self._check_space(0)
        self._folder.hold()
        try:
            with self._refusals():
                path = self._folder.shard(record.manifest.generation)
                self._shard = edge.EdgeShard.create(str(path), edge_config(record.schema))
                for operation in index_operations(record.schema):
                    self._shard.update(operation)
                self._shard.flush()
        except BaseException:
            self._folder.let_go()
            raise

    def _close_shard(self) -> None:
        self._schema = None
        shard, self._shard = self._shard, None
        if shard is not None:
            try:
                with self._refusals():
                    shard.flush()
                    shard.close()
            finally:
                self._folder.let_go()

    def _number(self) -> int:
        return self._record().manifest.generation

    def _record(self) -> GenerationRecord:
        if self._spent:
            raise UsageError("this generation was switched to: use the store it was made from")
        if self._prepared is not None:
            return self._folder.prepared(self._prepared)
        return self._folder.active()

    def _write_record(self, record: GenerationRecord) -> None:
        if self._prepared is None:
            self._folder.write_active(record)
        else:
            self._folder.write_prepared(record)

    def _artefact(self, name: str) -> Path:
        return self._folder.artefact(self._number(), name)

    # -- the engine ---------------------------------------------------------------------------

    def _update(self, operation: edge.UpdateOperation) -> None:
        self._check_space(0)
        with self._refusals():
            self._opened().update(operation)

    def _read(
        self, ids: Sequence[str], with_payload: WithPayload, with_vectors: WithVectors
    ) -> Mapping[str, edge.Record]:
        with self._refusals():
            found = self._opened().retrieve(
                list(ids), _selection(with_payload), _selection(with_vectors)
            )
        return with_ids(found)

    def _kept_payload(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        found = self._read(ids, KEPT_PAYLOAD, with_vectors=False)
        return {identity: record.payload or {} for identity, record in found.items()}

    def _query(
        self, queries: Sequence[VectorQuery], limits: Sequence[int]
    ) -> list[list[edge.ScoredPoint]]:
        requests = [
            self._request(query, limit) for query, limit in zip(queries, limits, strict=True)
        ]
        with self._refusals():
            return self._opened().query_batch(edge.QueryBatchRequest(requests))

    def _request(self, query: VectorQuery, limit: int) -> edge.QueryRequest:
        vector = engine_query(query.vector, query.using, self.schema(), edge.SparseVector)
        with self._refusals():
            return edge.QueryRequest(
                limit=limit,
                query=edge.Query.Nearest(vector, query.using),
                filter=edge_filter(query.where),
                with_payload=_selection(query.with_payload),
                with_vector=_selection(query.with_vectors),
                params=edge.SearchParams(hnsw_ef=query.ef, exact=query.exact),
            )

    def _check_space(self, size: int) -> None:
        free = shutil.disk_usage(self._folder.path).free
        if free < self._reserve + 4 * size:
            raise StoreFull(
                f"{self.location}: {free // 2**20} MiB of disk are free, at least "
                f"{(self._reserve + 4 * size) // 2**20} MiB are needed to write safely: free some"
            )

    @contextlib.contextmanager
    def _owned(self) -> Iterator[None]:
        self._folder.hold()
        try:
            yield
        finally:
            self._folder.let_go()

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what the engine raises into this project's errors."""
        try:
            yield
        except PartscopeError:
            raise
        except ValueError as error:
            raise UsageError(f"{self.location}: {error}") from error
        except Exception as error:
            if "WouldBlock" in str(error):
                raise StoreLocked(self._folder.locked_message()) from None
            raise StoreError(f"{self.location}: {error}") from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise StoreError(f"{self.location}: the engine failed: {error}") from error
            raise


def _rank(hit: edge.ScoredPoint) -> tuple[float, str]:
    return -hit.score, str(hit.id)


def _selection(wanted: WithPayload | WithVectors) -> bool | list[str]:
    return wanted if isinstance(wanted, bool) else list(wanted)


def _size(vectors: Sequence[Mapping[str, Any]]) -> int:
    """Return about how many bytes the vectors of a batch take."""
    numbers = 0
    for named in vectors[:1]:
        for value in named.values():
            numbers += len(value) if isinstance(value, list) else 0
    return numbers * 4 * len(vectors)
