"""The operations that replace points on a server without touching what others own of them.

Between reading a point and writing it somebody may set its clusters or its review, so those keys
are never part of what is written to a point that exists: its vectors, the payload keys that are
ours, and those of ours that vanished are each written on their own, in one ordered request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qdrant_client import models

from catalog.store.checks import written_payload
from catalog.store.contract import KEPT_PAYLOAD, Point, Schema
from catalog.store.filters import key_path

Existing = Mapping[str, Mapping[str, Any]]
"""The payload of each point that exists, by id."""


def upsert_operations(
    points: Sequence[Point],
    vectors: Sequence[dict[str, Any]],
    existing: Existing,
    schema: Schema,
) -> list[models.UpdateOperation]:
    """Return what makes the points be as given; ``vectors`` are theirs as plain values."""
    rows = list(zip(points, vectors, strict=True))
    former = [row for row in rows if row[0].id in existing]
    operations: list[models.UpdateOperation] = []
    created = [
        models.PointStruct(id=point.id, vector=point_vectors, payload=written_payload(point, {}))
        for point, point_vectors in rows
        if point.id not in existing
    ]
    if created:
        operations.append(models.UpsertOperation(upsert=models.PointsList(points=created)))
    return [
        *operations,
        *_vector_operations(former, schema),
        *_payload_operations(former, existing),
    ]


def _vector_operations(
    rows: Sequence[tuple[Point, dict[str, Any]]], schema: Schema
) -> Iterator[models.UpdateOperation]:
    vector_updates = [
        models.PointVectors(id=point.id, vector=point_vectors)
        for point, point_vectors in rows
        if point_vectors
    ]
    if vector_updates:
        yield models.UpdateVectorsOperation(
            update_vectors=models.UpdateVectors(points=vector_updates)
        )
    missing: dict[tuple[str, ...], list[models.ExtendedPointId]] = defaultdict(list)
    for point, point_vectors in rows:
        missing[
            tuple(spec.name for spec in schema.vectors if spec.name not in point_vectors)
        ].append(point.id)
    for names, ids in missing.items():
        if names:
            yield models.DeleteVectorsOperation(
                delete_vectors=models.DeleteVectors(points=ids, vector=list(names))
            )


def _payload_operations(
    rows: Sequence[tuple[Point, dict[str, Any]]], existing: Existing
) -> Iterator[models.UpdateOperation]:
    vanished: dict[tuple[str, ...], list[models.ExtendedPointId]] = defaultdict(list)
    for point, _ in rows:
        former = existing[point.id]
        kept_keys = {key for key in KEPT_PAYLOAD if key in former}
        payload = {
            key: value for key, value in written_payload(point, {}).items() if key not in kept_keys
        }
        vanished[tuple(sorted(former.keys() - kept_keys - payload.keys()))].append(point.id)
        if payload:
            yield models.SetPayloadOperation(
                set_payload=models.SetPayload(payload=payload, points=[point.id])
            )
    for keys, ids in vanished.items():
        if keys:
            yield models.DeletePayloadOperation(
                delete_payload=models.DeletePayload(
                    keys=[key_path(key) for key in keys], points=ids
                )
            )
