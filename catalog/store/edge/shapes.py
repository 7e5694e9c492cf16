"""Schemas, points and records between this project's types and Qdrant Edge's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import qdrant_edge as edge

from catalog.arrays import SparseVector, Vector
from catalog.store.contract import (
    PayloadIndex,
    Ranking,
    Record,
    Schema,
    VectorSpec,
    WithPayload,
    WithVectors,
)

_INDEXES: dict[PayloadIndex, edge.PayloadSchemaType] = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "float": edge.PayloadSchemaType.Float,
    "integer": edge.PayloadSchemaType.Integer,
}
_ID = slice(len('ScoredPoint(id="'), len('ScoredPoint(id="') + 36)
_NO_HNSW = edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)


def edge_config(schema: Schema) -> edge.EdgeConfig:
    """Return the configuration of a shard of that schema; the write-ahead log is on."""
    return edge.EdgeConfig(
        vectors={spec.name: _params(spec) for spec in schema.vectors if spec.kind != "sparse"},
        sparse_vectors={
            spec.name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
            for spec in schema.vectors
            if spec.kind == "sparse"
        },
        wal_enabled=True,
    )


def index_operations(schema: Schema) -> Iterator[edge.UpdateOperation]:
    """Yield the operations that create the payload indexes."""
    for key, kind in schema.payload_indexes.items():
        yield edge.UpdateOperation.create_field_index(key, _INDEXES[kind])


def to_record(record: edge.Record, identity: str | None = None) -> Record:
    """Return what was read as a record; to ask it for its id is slow where that is known."""
    return Record(identity or str(record.id), dict(record.payload or {}), _vectors(record.vector))


def to_ranking(hits: Sequence[edge.ScoredPoint]) -> Ranking:
    """Return ids and scores alone of what a query found; each field asked for costs."""
    return Ranking(_ids(hits), np.array([hit.score for hit in hits]))


def selection(choice: WithPayload | WithVectors) -> bool | list[str]:
    """Return which payload keys or vectors the engine is to answer with."""
    return choice if isinstance(choice, bool) else list(choice)


def _ids(hits: Sequence[edge.ScoredPoint]) -> list[str]:
    # Each hit's text begins with its id, which costs a quarter of making a UUID and writing that out.
    ids = [repr(hit)[_ID] for hit in hits]
    is_so = not hits or ids[0] == str(hits[0].id)
    return ids if is_so else [str(hit.id) for hit in hits]


def _params(spec: VectorSpec) -> edge.EdgeVectorParams:
    if spec.dim is None:
        raise ValueError(f"the {spec.kind} vector {spec.name!r} needs a dim")
    if spec.kind == "dense":
        return edge.EdgeVectorParams(spec.dim, edge.Distance.Cosine)
    return edge.EdgeVectorParams(
        spec.dim,
        edge.Distance.Cosine,
        multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
        hnsw_config=_NO_HNSW,
    )


def _vectors(vectors: edge.Vector | None) -> dict[str, Vector]:
    if not isinstance(vectors, dict):
        return {}
    return {name: _vector(vector) for name, vector in vectors.items()}


def _vector(value: edge.NamedVector) -> Vector:
    if isinstance(value, edge.SparseVector):
        indices = np.asarray(value.indices, dtype=np.uint32)
        return SparseVector(indices, np.asarray(value.values, dtype=np.float32))
    return np.asarray(value, dtype=np.float32)
