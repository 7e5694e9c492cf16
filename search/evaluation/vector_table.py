"""The vectors of a catalogue as plain matrices on disk, and the payload that evaluation needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.store.contract import PartStore, Record, VectorSpec


@dataclass(frozen=True, slots=True)
class VectorTable:
    """Parts in the order of their ids. ``payloads`` hold the keys asked for.

    ``matrix[name]`` has a row for each part with that vector, mapped from disk; ``parts[name]`` says
    which part each row belongs to, ascending.
    """

    payloads: list[dict[str, Any]]
    matrix: dict[str, FloatMatrix]
    parts: dict[str, NDArray[np.int64]]


@contextmanager
def vector_table(
    store: PartStore, names: Sequence[str], payload_keys: Sequence[str]
) -> Iterator[VectorTable]:
    """Read the dense vectors ``names`` of all parts once; the files go when the context ends."""
    specs = [spec for spec in store.schema().vectors if spec.name in names and spec.kind == "dense"]
    with TemporaryDirectory(prefix="partscope-") as folder:
        yield _read(store, specs, payload_keys, Path(folder))


def _read(
    store: PartStore, specs: Sequence[VectorSpec], payload_keys: Sequence[str], folder: Path
) -> VectorTable:
    payloads: list[dict[str, Any]] = []
    parts: dict[str, list[int]] = {spec.name: [] for spec in specs}
    for batch in store.scan(with_payload=list(payload_keys), with_vectors=list(parts)):
        for name, numbers in parts.items():
            _append(folder / name, batch, name, numbers, len(payloads))
        payloads += [record.payload for record in batch]
    matrix = {spec.name: _mapped(folder / spec.name, spec.dim or 0) for spec in specs}
    return VectorTable(
        payloads,
        matrix,
        {name: np.array(numbers, dtype=np.int64) for name, numbers in parts.items()},
    )


def _append(file: Path, batch: Sequence[Record], name: str, numbers: list[int], first: int) -> None:
    rows = []
    for number, record in enumerate(batch, start=first):
        if name in record.vectors:
            rows.append(np.asarray(record.vectors[name], dtype=np.float32))
            numbers.append(number)
    with file.open("ab") as target:
        target.write(b"".join(row.tobytes() for row in rows))


def _mapped(file: Path, dim: int) -> FloatMatrix:
    if not file.exists() or file.stat().st_size == 0:
        return np.empty((0, dim), dtype=np.float32)
    return np.memmap(file, dtype=np.float32, mode="r").reshape(-1, dim)
