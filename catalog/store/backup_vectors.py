"""The vectors of a batch of points in one ``.npz`` file, without pickle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import SparseVector, Vector
from catalog.packed_arrays import Arrays, pack_arrays, unpack_arrays
from catalog.store.contract import Schema, VectorSpec


def write_vectors(path: Path, vectors: Sequence[Mapping[str, Vector]], schema: Schema) -> None:
    """Write, for each named vector, which rows have it and all of them in one array."""
    arrays: dict[str, NDArray[Any]] = {}
    for spec in schema.vectors:
        rows = [row for row, point_vectors in enumerate(vectors) if spec.name in point_vectors]
        if rows:
            packed = _pack([vectors[row][spec.name] for row in rows], spec)
            packed["rows"] = np.asarray(rows, dtype=np.int64)
            arrays |= {f"{spec.name}/{key}": array for key, array in packed.items()}
    path.write_bytes(pack_arrays(arrays))


def read_vectors(path: Path, count: int, schema: Schema) -> list[dict[str, Vector]]:
    """Read back the named vectors of ``count`` points."""
    vectors: list[dict[str, Vector]] = [{} for _ in range(count)]
    arrays = unpack_arrays(path.read_bytes(), str(path), "restore another backup")
    for spec in schema.vectors:
        if f"{spec.name}/rows" in arrays:
            rows = arrays[f"{spec.name}/rows"].tolist()
            for row, vector in zip(rows, _unpack(arrays, spec), strict=True):
                vectors[row][spec.name] = vector
    return vectors


def _pack(vectors: Sequence[Any], spec: VectorSpec) -> dict[str, NDArray[Any]]:
    if spec.kind == "dense":
        return {"values": np.stack(vectors)}
    if spec.kind == "multi":
        lengths = np.asarray([len(vector) for vector in vectors], dtype=np.int64)
        return {"values": np.concatenate(vectors), "lengths": lengths}
    return {
        "values": np.concatenate([vector.values for vector in vectors]),
        "indices": np.concatenate([vector.indices for vector in vectors]),
        "lengths": np.asarray([len(vector.values) for vector in vectors], dtype=np.int64),
    }


def _unpack(arrays: Arrays, spec: VectorSpec) -> list[Vector]:
    values = arrays[f"{spec.name}/values"]
    if spec.kind == "dense":
        return list(values)
    ends = np.cumsum(arrays[f"{spec.name}/lengths"])[:-1]
    parts = np.split(values, ends)
    if spec.kind == "multi":
        return list(parts)
    indices = np.split(arrays[f"{spec.name}/indices"], ends)
    return [SparseVector(*pair) for pair in zip(indices, parts, strict=True)]
