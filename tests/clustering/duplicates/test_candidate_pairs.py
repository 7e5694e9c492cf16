"""Pairs worth comparing share a photo or a name, or are each other's neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from catalog.arrays import unit_rows
from catalog.store.contract import Record
from clustering.contract import Block, Features
from clustering.duplicates.candidate_pairs import candidate_pairs
from clustering.duplicates.evidence import COMMON, SharedTraits


def features(count: int, **matrices: np.ndarray) -> Features:
    blocks = {name: Block(name, np.arange(count), rows) for name, rows in matrices.items()}
    return Features([str(row) for row in range(count)], np.ones(count, np.int64), blocks)


def records(*payloads: dict[str, Any]) -> list[Record]:
    return [Record(str(row), payload, {}) for row, payload in enumerate(payloads)]


def test_parts_with_one_photo_or_one_name_in_any_order_are_paired() -> None:
    photo = {"views": [{"sha256": "aa"}, {"sha256": "bb"}]}
    pairs = candidate_pairs(
        features(4),
        records(
            photo,
            {"views": [{"sha256": "bb"}], "name_de": "Motor links"},
            {},
            {"name_de": "Links, Motor"},
        ),
    )
    assert pairs == {
        (0, 1): SharedTraits({}, photo_count=2),
        (1, 3): SharedTraits({}, name_count=2),
    }


def test_what_many_share_makes_a_chain_and_not_every_pair() -> None:
    count = COMMON + 3
    pairs = candidate_pairs(features(count), records(*[{"name_de": "Motor"}] * count))
    assert sorted(pairs) == [(row, row + 1) for row in range(count - 1)]
    assert {shared.name_count for shared in pairs.values()} == {count}


def test_near_neighbours_are_paired_with_their_cosine() -> None:
    rows = unit_rows(np.array([[1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0, 0, 1]], np.float32))
    pairs = candidate_pairs(features(4, image=rows), records({}, {}, {}, {}))
    assert list(pairs) == [(0, 1)]
    assert abs(pairs[0, 1].similarity["image"] - float(rows[0] @ rows[1])) < 1e-5


def test_a_part_is_never_paired_with_itself_or_with_a_stranger() -> None:
    stranger = [Record("9", {"name_de": "Motor"}, {})]
    assert candidate_pairs(features(1), [*records({"name_de": "Motor"}), *stranger]) == {}
