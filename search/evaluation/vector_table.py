"""The vectors of a catalogue as plain matrices on disk, and the parts that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.parts import Part, from_payload
from catalog.store.contract import PartStore, Record, VectorSpec


@dataclass(frozen=True, slots=True)
class VectorTable:
    """All parts in the order of their ids, with what was asked for of their payload.

    ``matrix[name]`` has a row for each part with that vector, mapped from disk; ``part_rows[name]``
    says which of ``parts`` each row belongs to, ascending.
    """

    parts: list[Part]
    matrix: dict[str, FloatMatrix]
    part_rows: dict[str, NDArray[np.int64]]


@contextmanager
def vector_table(
    store: PartStore, names: Sequence[str], payload_keys: Sequence[str]
) -> Iterator[VectorTable]:
    """Read the dense vectors ``names`` of all parts once; the files go when the context ends.

    ``payload_keys`` are the fields of ``Part`` that are read, ``part_number`` among them.
    """
    specs = [spec for spec in store.schema().vectors if spec.name in names and spec.kind == "dense"]
    with TemporaryDirectory(prefix="partscope-") as folder:
        yield _read(store, specs, payload_keys, Path(folder))


def _read(
    store: PartStore, specs: Sequence[VectorSpec], payload_keys: Sequence[str], folder: Path
) -> VectorTable:
    parts: list[Part] = []
    part_rows: dict[str, list[int]] = {spec.name: [] for spec in specs}
    for batch in store.scan(with_payload=list(payload_keys), with_vectors=list(part_rows)):
        for name, rows in part_rows.items():
            rows.extend(_append(folder / name, batch, name, len(parts)))
        parts += [from_payload(record.payload) for record in batch]
    matrix = {spec.name: _mapped(folder / spec.name, spec.dim or 0) for spec in specs}
    return VectorTable(
        parts, matrix, {name: np.array(rows, np.int64) for name, rows in part_rows.items()}
    )


def _append(file: Path, batch: Sequence[Record], name: str, first: int) -> list[int]:
    # Returns which parts the vectors written belong to; ``first`` is that of the batch's first.
    rows = [row for row, record in enumerate(batch) if name in record.vectors]
    with file.open("ab") as target:
        for row in rows:
            target.write(np.asarray(batch[row].vectors[name], dtype=np.float32).tobytes())
    return [first + row for row in rows]


def _mapped(file: Path, dim: int) -> FloatMatrix:
    if not file.exists() or file.stat().st_size == 0:
        return np.empty((0, dim), dtype=np.float32)
    return np.memmap(file, dtype=np.float32, mode="r").reshape(-1, dim)
