"""The vectors of a batch come back from one file, whichever of them each point has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.arrays import SparseVector, Vector
from catalog.errors import StoreError
from catalog.store.backup_vectors import read_vectors, write_vectors
from tests.stores import SCHEMA, random_points


def plain(vectors: dict[str, Vector]) -> dict[str, Any]:
    return {name: plain_vector(vector) for name, vector in vectors.items()}


def plain_vector(vector: Vector) -> Any:
    if isinstance(vector, SparseVector):
        return vector.indices.tolist(), vector.values.tolist(), vector.indices.dtype
    return vector.tolist(), vector.dtype


def test_vectors_come_back_bit_for_bit(tmp_path: Path) -> None:
    written: list[dict[str, Vector]] = [dict(point.vectors) for point in random_points(40)]
    written[3] = {}
    write_vectors(tmp_path / "v.npz", written, SCHEMA)
    again = read_vectors(tmp_path / "v.npz", len(written), SCHEMA)
    assert [plain(vectors) for vectors in again] == [plain(vectors) for vectors in written]


@pytest.mark.parametrize("count", [0, 2])
def test_points_without_vectors_stay_without(tmp_path: Path, count: int) -> None:
    write_vectors(tmp_path / "v.npz", [{} for _ in range(count)], SCHEMA)
    assert read_vectors(tmp_path / "v.npz", count, SCHEMA) == [{}] * count


def test_files_of_earlier_versions_are_read(tmp_path: Path) -> None:
    arrays = {"image/rows": np.array([1]), "image/values": np.ones((1, 4), np.float32)}
    np.savez_compressed(tmp_path / "v.npz", allow_pickle=False, **arrays)
    first, second = read_vectors(tmp_path / "v.npz", 2, SCHEMA)
    assert (first, plain(second)["image"][0]) == ({}, [1, 1, 1, 1])


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK")
    with pytest.raises(StoreError, match=r"v\.npz is damaged .*: restore another backup"):
        read_vectors(tmp_path / "v.npz", 1, SCHEMA)
