"""Which pairs of parts are worth comparing: same photo, same name, or each other's neighbours.

The cost grows with the catalogue, never with its square: a hash of each photo and name, and the few
nearest neighbours of each vector.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import combinations, pairwise
from typing import TypeAlias

from catalog.store.contract import Record
from clustering.contract import Block, Features
from clustering.duplicates.evidence import COMMON, SharedTraits, name_key
from clustering.neighbours import nearest
from clustering.space.features import feature_blocks

NEIGHBOURS = 5
"""Nearest parts of each that are looked at, by each vector."""
LEAST_SIMILARITY = {"image": 0.93, "name": 0.9}
Pair: TypeAlias = tuple[int, int]
"""Positions of two parts, ascending."""


def candidate_pairs(features: Features, records: Iterable[Record]) -> dict[Pair, SharedTraits]:
    """Return the pairs to compare with what they share.

    ``features`` have the vectors, as far as there are any; ``records`` carry ``EVIDENCE_PAYLOAD``
    and are streamed.
    """
    photos, names = _shared(features.ids, records)
    similar = _similar(features)
    shared_by_pair: dict[Pair, SharedTraits] = {}
    counts = {"photo": _counts(photos.values()), "name": _counts(names.values())}
    for pair in sorted({*similar, *counts["photo"], *counts["name"]}):
        shared_by_pair[pair] = SharedTraits(
            similar.get(pair, {}), counts["photo"].get(pair, 0), counts["name"].get(pair, 0)
        )
    return shared_by_pair


def _shared(
    ids: Sequence[str], records: Iterable[Record]
) -> tuple[Mapping[bytes, list[int]], Mapping[bytes, list[int]]]:
    """Return the positions of the parts by the hash of their photos and of their names."""
    position_of = {identity: position for position, identity in enumerate(ids)}
    photos: dict[bytes, list[int]] = defaultdict(list)
    names: dict[bytes, list[int]] = defaultdict(list)
    for record in records:
        position = position_of.get(record.id)
        if position is None:
            continue
        for sha in sorted({str(view["sha256"]) for view in record.payload.get("views", ())}):
            photos[_hash(sha)].append(position)
        if key := name_key(record.payload):
            names[_hash("\n".join(sorted(key)))].append(position)
    return photos, names


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


def _counts(groups: Iterable[list[int]]) -> dict[Pair, int]:
    """Return how many parts share the thing that each pair shares; the rarest where several do."""
    counts: dict[Pair, int] = {}
    for members in groups:
        for pair in _pairs(members):
            counts[pair] = min(len(members), counts.get(pair, len(members)))
    return counts


def _pairs(members: list[int]) -> Iterator[Pair]:
    # What many parts share says little: neighbours in a chain are enough to show it.
    ordered = sorted(members)
    return combinations(ordered, 2) if len(ordered) <= COMMON else pairwise(ordered)


def _similar(features: Features) -> dict[Pair, dict[str, float]]:
    cosines: dict[Pair, dict[str, float]] = defaultdict(dict)
    present = {name for name, block in features.blocks.items() if len(block.rows) > 1}
    for name, least in LEAST_SIMILARITY.items():
        if any(vector.startswith(name) for vector in present):
            (block,) = feature_blocks(features, (name,))
            for pair, cosine in _near_pairs(block, least):
                cosines[pair][name] = cosine
    return cosines


def _near_pairs(block: Block, least: float) -> Iterator[tuple[Pair, float]]:
    neighbours = nearest(block.matrix, min(NEIGHBOURS, len(block.rows) - 1))
    cosines = 1 - neighbours.distances**2 / 2
    rows, columns = (cosines >= least).nonzero()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        first, second = int(block.rows[row]), int(block.rows[neighbours.indices[row, column]])
        yield (min(first, second), max(first, second)), float(cosines[row, column])
