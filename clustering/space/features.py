"""Pull the vectors that a run groups by out of the catalogue, and make its features of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias, cast

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, unit_rows
from catalog.errors import UnknownName, UsageError
from catalog.store.contract import PartStore, Record
from catalog.store.filters import Condition
from clustering.contract import Block, Features
from clustering.space.topics import BUCKETS, hashed_words, topics

WORDS = "words"
"""The block of hashed words of a part's names; no vector of the catalogue."""
VECTORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image": ("image",),
        "name": ("name_de", "name_en"),
        "name_de": ("name_de",),
        "name_en": ("name_en",),
        "description": ("description",),
        "topics": (WORDS,),
        "topics_lda": (WORDS,),
    }
)
"""What each feature is made of: named vectors of the catalogue, or the words of the names."""
_TOPICS = MappingProxyType({"topics": "nmf", "topics_lda": "lda"})
_NAMES = ("name_de", "name_en")
PullProgress: TypeAlias = Callable[[int], None]
"""Called after each batch with how many parts it held."""


def pull_features(
    store: PartStore,
    names: Sequence[str],
    where: Condition | None = None,
    progress: PullProgress | None = None,
) -> Features:
    """Read the vectors of the features ``names`` of all matching parts, in the order of their ids.

    Blocks are by named vector (``name`` reads ``name_de`` and ``name_en``; topics read the block
    ``words``). A part that lacks a vector, or whose vector is not finite or zero, is not in that
    block's rows; a vector the catalogue does not have is no block. Rows are unit vectors. One scan,
    with nothing else than is needed; memory: 4 bytes a number. UnknownName, UsageError: see
    ``VECTORS``.
    """
    _check(names)
    vector_names = {vector for name in names for vector in VECTORS[name]}
    specs = [
        spec
        for spec in store.schema().vectors
        if spec.name in vector_names and spec.kind == "dense"
    ]
    expected = store.count(where)
    gathered = {spec.name: _Rows(spec.dim or 0, expected) for spec in specs}
    words = _Rows(BUCKETS, expected) if WORDS in vector_names else None
    payload = ["rev", *(_NAMES if words else ())]
    ids: list[str] = []
    revs: list[int] = []
    for batch in store.scan(where, with_payload=payload, with_vectors=list(gathered)):
        for name, rows in gathered.items():
            rows.extend(len(ids), [_unit(record.vectors.get(name)) for record in batch])
        if words:
            words.extend(len(ids), [_unit(_words(record)) for record in batch])
        ids += [record.id for record in batch]
        revs += [int(record.payload.get("rev", 0)) for record in batch]
        if progress is not None:
            progress(len(batch))
    blocks = {name: rows.block(name) for name, rows in gathered.items()}
    if words:
        blocks[WORDS] = words.block(WORDS)
    return Features(ids, np.array(revs, dtype=np.int64), blocks)


def feature_blocks(features: Features, names: Sequence[str]) -> list[Block]:
    """Return a block for each feature that any part has; ``name`` is the unit mean of its languages.

    UsageError where no part has any of them.
    """
    _check(names)
    merged = [_merged(name, features) for name in names]
    blocks = [block for block in merged if block is not None]
    if not blocks:
        raise UsageError(
            f"no part has any of the features {', '.join(names)}: give others, or ingest the "
            "catalogue with an embedder for them"
        )
    return blocks


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name not in VECTORS:
            raise UnknownName("feature", name, VECTORS)
    if not names or len(set(names)) < len(names):
        raise UsageError(
            f"the 'features' must be one or more of {', '.join(VECTORS)}, each once; "
            f"got {', '.join(names) or 'none'}"
        )


def _unit(vector: object) -> FloatVector | None:
    if vector is None:
        return None
    values = cast(FloatVector, vector)
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if np.isfinite(length) and length > 0 else None


def _words(record: Record) -> FloatVector:
    return hashed_words(str(record.payload[key]) for key in _NAMES if record.payload.get(key))


def _merged(name: str, features: Features) -> Block | None:
    blocks = [features.blocks[vector] for vector in VECTORS[name] if vector in features.blocks]
    present = [block for block in blocks if len(block.rows)]
    if present and name in _TOPICS:
        return topics(present[0], name, _TOPICS[name])
    if len(present) < 2:
        return Block(name, present[0].rows, present[0].matrix) if present else None
    rows = np.unique(np.concatenate([block.rows for block in present]))
    total = np.zeros((len(rows), present[0].matrix.shape[1]), dtype=np.float32)
    for block in present:
        total[np.searchsorted(rows, block.rows)] += block.matrix
    return Block(name, rows, unit_rows(total))


class _Rows:
    """A matrix that grows: parts may be added while the scan goes on."""

    def __init__(self, dim: int, expected: int) -> None:
        self._matrix: FloatMatrix = np.empty((expected, dim), dtype=np.float32)
        self._rows: list[int] = []

    def extend(self, first: int, vectors: Sequence[FloatVector | None]) -> None:
        for position, vector in enumerate(vectors, start=first):
            if vector is not None:
                self._append(position, vector)

    def _append(self, position: int, vector: FloatVector) -> None:
        if len(self._rows) == len(self._matrix):
            more = np.empty((len(self._matrix) // 4 + 64, len(vector)), dtype=np.float32)
            self._matrix = np.concatenate([self._matrix, more])
        self._matrix[len(self._rows)] = vector
        self._rows.append(position)

    def block(self, name: str) -> Block:
        # Pages that were never written cost nothing, so the rest of the allocation may stay.
        return Block(name, np.array(self._rows, dtype=np.intp), self._matrix[: len(self._rows)])
