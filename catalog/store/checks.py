"""Checks every vector before it reaches an engine, and turns batches into plain lists fast.

The engines accept NaN and zero vectors and then answer nonsense, and they leave very short vectors
unnormalised; so nothing of that kind gets past here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, SparseVector, Vector, unit_rows
from catalog.errors import InvalidVector, UnknownName
from catalog.store.contract import Point, Schema, VectorSpec
from catalog.store.filters import check_id

MakeSparse = Callable[[list[int], list[float]], Any]
"""How an engine spells a sparse vector."""

_UNIT_TOLERANCE = 1e-6
"""The engines take a squared length this close to 1 as normalised."""


def written_once(points: Sequence[Point]) -> list[Point]:
    """Return the points to write: of two with the same id the later, their ids checked."""
    latest = {point.id: point for point in points}
    check_ids(latest)
    return list(latest.values())


def written_payload(point: Point, kept_payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written of a point's payload: keys without a value are left out, kept ones win."""
    payload = {key: value for key, value in point.payload.items() if value is not None}
    return {**payload, **kept_payload}


def check_ids(ids: Iterable[str]) -> None:
    """Refuse what is not the id of a point."""
    for identity in ids:
        check_id(identity)


def engine_vectors(
    points: Sequence[Point], schema: Schema, make_sparse: MakeSparse
) -> list[dict[str, Any]]:
    """Return the named vectors of each point as plain lists, in the order of the points.

    Whole matrices are checked and converted at once. Raises InvalidVector naming the first
    offender, UnknownName for a vector the schema does not have.
    """
    _check_names(points, schema)
    converted: list[dict[str, Any]] = [{} for _ in points]
    for spec in schema.vectors:
        rows = [row for row, point in enumerate(points) if spec.name in point.vectors]
        if not rows:
            continue
        try:
            plain_vectors = _plain(
                [points[row].vectors[spec.name] for row in rows], spec, make_sparse
            )
        except _Fault as fault:
            raise InvalidVector(f"{_owner(points[rows[fault.row]])}: {fault}") from None
        for row, plain_vector in zip(rows, plain_vectors, strict=True):
            converted[row][spec.name] = plain_vector
    return converted


def engine_query(vector: Vector, using: str, schema: Schema, make_sparse: MakeSparse) -> Any:
    """Return the vector of a query as plain lists; raises like ``engine_vectors``."""
    spec = vector_spec(using, schema)
    # Nearly all are sound, which is told at a fraction of what it costs to name a fault.
    if spec.kind == "dense" and _is_unit(vector, spec):
        return vector.tolist()
    if isinstance(vector, SparseVector) and spec.kind == "sparse" and _is_sound(vector):
        return make_sparse(vector.indices.tolist(), vector.values.tolist())
    try:
        return _plain([vector], spec, make_sparse)[0]
    except _Fault as fault:
        raise InvalidVector(f"query: {fault}") from None


def vector_spec(name: str, schema: Schema) -> VectorSpec:
    """Return the named vector of a schema; UnknownName where it has none of that name."""
    for spec in schema.vectors:
        if spec.name == name:
            return spec
    raise UnknownName("vector", name, (spec.name for spec in schema.vectors))


def _is_unit(vector: Vector, spec: VectorSpec) -> TypeGuard[FloatVector]:
    if not isinstance(vector, np.ndarray) or vector.shape != (spec.dim,):
        return False
    if vector.dtype != np.float32:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(abs(np.dot(vector, vector) - 1) < _UNIT_TOLERANCE)


def _is_sound(vector: SparseVector) -> bool:
    indices, values = vector.indices, vector.values
    return bool(
        indices.size
        and indices.shape == values.shape
        and indices.dtype == np.uint32
        and (indices[1:] > indices[:-1]).all()
        and np.isfinite(values).all()
        and values.all()
    )


class _Fault(Exception):
    """What is wrong with a vector, and which of the batch it is."""

    def __init__(self, row: int, spec: VectorSpec, what: str) -> None:
        super().__init__(f"the {spec.name!r} vector {what}")
        self.row = row


def _check_names(points: Sequence[Point], schema: Schema) -> None:
    vector_names = {spec.name for spec in schema.vectors}
    for point in points:
        for name in point.vectors.keys() - vector_names:
            raise UnknownName("vector", name, vector_names)


def _owner(point: Point) -> str:
    number = point.payload.get("part_number")
    return f"point {point.id}" if number is None else f"part {number!r}"


def _plain(vectors: Sequence[Vector], spec: VectorSpec, make_sparse: MakeSparse) -> list[Any]:
    if spec.kind == "dense":
        return _dense(vectors, spec)
    return _multi(vectors, spec) if spec.kind == "multi" else _sparse(vectors, spec, make_sparse)


def _dense(vectors: Sequence[Vector], spec: VectorSpec) -> list[list[float]]:
    for row, vector in enumerate(vectors):
        if not isinstance(vector, np.ndarray) or vector.shape != (spec.dim,):
            raise _Fault(row, spec, f"must have shape ({spec.dim},); got {_shape(vector)}")
    matrix = np.asarray(vectors, dtype=np.float32)
    _check_rows(matrix, np.arange(len(matrix)), spec)
    rows: list[list[float]] = _normalised(matrix).tolist()
    return rows


def _multi(vectors: Sequence[Vector], spec: VectorSpec) -> list[list[list[float]]]:
    lengths = []
    for row, vector in enumerate(vectors):
        shape = _shape(vector)
        if not isinstance(vector, np.ndarray) or len(shape) != 2 or shape[1:] != (spec.dim,):
            raise _Fault(row, spec, f"must have shape (n, {spec.dim}); got {shape}")
        if not len(vector):
            raise _Fault(row, spec, "has no rows; leave it out instead")
        lengths.append(len(vector))
    matrix = np.concatenate([np.asarray(vector, dtype=np.float32) for vector in vectors])
    _check_rows(matrix, np.repeat(np.arange(len(vectors)), lengths), spec)
    rows = _normalised(matrix).tolist()
    ends = np.cumsum(lengths).tolist()
    return [rows[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _sparse(vectors: Sequence[Vector], spec: VectorSpec, make_sparse: MakeSparse) -> list[Any]:
    for row, vector in enumerate(vectors):
        if not isinstance(vector, SparseVector) or vector.indices.shape != vector.values.shape:
            raise _Fault(row, spec, f"must be as many indices as values; got {_shape(vector)}")
        if not vector.indices.size:
            raise _Fault(row, spec, "is empty; leave it out instead")
    sparse_vectors = [vector for vector in vectors if isinstance(vector, SparseVector)]
    _check_entries(sparse_vectors, spec)
    return [
        make_sparse(vector.indices.tolist(), vector.values.tolist()) for vector in sparse_vectors
    ]


def _check_rows(matrix: FloatMatrix, owners: NDArray[np.intp], spec: VectorSpec) -> None:
    """Refuse rows that have no direction; one pass, since the squared length tells them all."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        squared = np.einsum("ij,ij->i", matrix, matrix)
    bad = ~(np.isfinite(squared) & (squared > 0))
    if bad.any():
        row = int(np.argmax(bad))
        finite = bool(np.isfinite(matrix[row]).all())
        tiny = finite and squared[row] == 0
        what = "is zero" if tiny else "is too large" if finite else "is not finite"
        raise _Fault(int(owners[row]), spec, what)


def _check_entries(vectors: Sequence[SparseVector], spec: VectorSpec) -> None:
    owners = np.repeat(np.arange(len(vectors)), [vector.indices.size for vector in vectors])
    values = np.concatenate([vector.values for vector in vectors])
    _raise_first(~np.isfinite(values), owners, spec, "is not finite")
    _raise_first(values == 0, owners, spec, "has a zero value")
    indices = np.concatenate([vector.indices for vector in vectors]).astype(np.int64)
    falling = (np.diff(indices) <= 0) & (np.diff(owners) == 0)
    _raise_first(falling, owners[:-1], spec, "must have ascending, unique indices")
    _raise_first((indices < 0) | (indices >= 2**32), owners, spec, "has an index beyond 32 bits")


def _raise_first(
    bad: NDArray[np.bool_], owners: NDArray[np.intp], spec: VectorSpec, what: str
) -> None:
    if bad.any():
        raise _Fault(int(owners[np.argmax(bad)]), spec, what)


def _normalised(matrix: FloatMatrix) -> FloatMatrix:
    squared = np.einsum("ij,ij->i", matrix, matrix)
    return matrix if np.all(np.abs(squared - 1) < _UNIT_TOLERANCE) else unit_rows(matrix)


def _shape(vector: Vector) -> tuple[int, ...]:
    return vector.indices.shape if isinstance(vector, SparseVector) else np.shape(vector)
