"""Schemas, points and records between this project's types and qdrant-client's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from qdrant_client import models

from catalog.arrays import SparseVector, Vector
from catalog.store.contract import (
    PayloadIndex,
    Ranking,
    Record,
    Schema,
    VectorQuery,
    VectorSpec,
    WithPayload,
    WithVectors,
)
from catalog.store.server.server_filter import server_filter

INDEX_TYPES: dict[PayloadIndex, models.PayloadSchemaType] = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "float": models.PayloadSchemaType.FLOAT,
    "integer": models.PayloadSchemaType.INTEGER,
}
_NUMBERS = 500_000
"""Vector components a request: about 10 MB as JSON; a server takes 32 MB."""
_POINTS = 256
"""Points a request."""


def dense_params(schema: Schema) -> dict[str, models.VectorParams]:
    """Return the parameters of the dense and multi vectors; multi ones have no HNSW."""
    return {spec.name: _params(spec) for spec in schema.vectors if spec.kind != "sparse"}


def sparse_params(schema: Schema) -> dict[str, models.SparseVectorParams]:
    """Return the parameters of the sparse vectors."""
    return {
        spec.name: models.SparseVectorParams(modifier=models.Modifier.IDF)
        for spec in schema.vectors
        if spec.kind == "sparse"
    }


def make_sparse(indices: list[int], values: list[float]) -> models.SparseVector:
    """Return a sparse vector as the client spells it."""
    return models.SparseVector(indices=indices, values=values)


def requests_of(vectors: Sequence[Mapping[str, Any]]) -> Iterator[slice]:
    """Yield which points go into one request together, by number and by size."""
    start, numbers = 0, 0
    for row, point_vectors in enumerate(vectors):
        size = sum(map(_numbers, point_vectors.values()))
        if row > start and (numbers + size > _NUMBERS or row - start == _POINTS):
            yield slice(start, row)
            start, numbers = row, 0
        numbers += size
    if len(vectors) > start:
        yield slice(start, len(vectors))


def query_request(
    query: VectorQuery, vector: Any, limit: int, *, is_local: bool
) -> models.QueryRequest:
    """Return a query as the client spells it; local mode knows no search parameters."""
    params = models.SearchParams(exact=query.exact)
    return models.QueryRequest(
        query=vector,
        using=query.using,
        limit=limit,
        filter=server_filter(query.where),
        with_payload=False,
        with_vector=False,
        params=None if is_local else params,
    )


def selection(choice: WithPayload | WithVectors) -> bool | list[str]:
    """Return which payload keys or vectors the server is to answer with."""
    return choice if isinstance(choice, bool) else list(choice)


def to_record(record: models.Record) -> Record:
    """Return what was read as a record."""
    return Record(str(record.id), dict(record.payload or {}), _vectors(record.vector))


def to_ranking(hits: Sequence[models.ScoredPoint]) -> Ranking:
    """Return ids and scores alone of what a query found."""
    return Ranking([str(hit.id) for hit in hits], np.array([hit.score for hit in hits]))


def _params(spec: VectorSpec) -> models.VectorParams:
    if spec.dim is None:
        raise ValueError(f"the {spec.kind} vector {spec.name!r} needs a dim")
    if spec.kind == "dense":
        return models.VectorParams(size=spec.dim, distance=models.Distance.COSINE)
    return models.VectorParams(
        size=spec.dim,
        distance=models.Distance.COSINE,
        multivector_config=models.MultiVectorConfig(
            comparator=models.MultiVectorComparator.MAX_SIM
        ),
        hnsw_config=models.HnswConfigDiff(m=0),
    )


def _numbers(value: Any) -> int:
    if isinstance(value, models.SparseVector):
        return 2 * len(value.values)
    return len(value) * len(value[0]) if isinstance(value[0], list) else len(value)


def _vectors(vectors: Any) -> dict[str, Vector]:
    if not isinstance(vectors, dict):
        return {}
    return {name: _vector(vector) for name, vector in vectors.items()}


def _vector(value: Any) -> Vector:
    if isinstance(value, models.SparseVector):
        indices = np.asarray(value.indices, dtype=np.uint32)
        return SparseVector(indices, np.asarray(value.values, dtype=np.float32))
    return np.asarray(value, dtype=np.float32)
