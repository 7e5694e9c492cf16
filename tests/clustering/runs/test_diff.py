from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from clustering.contract import NOISE
from clustering.runs.assignment import Assignment
from clustering.runs.diff import MovedPart, diff
from tests.stores import identity

IDS = sorted(identity(number) for number in range(12))


def run(clusters: Sequence[int], ids: Sequence[str] = IDS) -> Assignment:
    return Assignment(list(ids), np.array(clusters, dtype=np.int32), np.ones(len(ids), np.int64))


BEFORE = run([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, NOISE])


def test_a_run_does_not_differ_from_itself() -> None:
    difference = diff(BEFORE, BEFORE)
    assert (difference.stayed, difference.moved, difference.joined, difference.split) == (
        12,
        {},
        {},
        {},
    )
    assert (difference.appeared, difference.gone, difference.new_parts, difference.gone_parts) == (
        [],
        [],
        0,
        0,
    )


def test_one_moved_part_is_told_with_where_from_and_where_to() -> None:
    difference = diff(BEFORE, run([1, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))
    assert difference.moved == {(NOISE, 2): 1, (0, 1): 1}
    assert difference.moved_parts == [MovedPart(IDS[0], 0, 1), MovedPart(IDS[11], NOISE, 2)]
    assert difference.stayed == 10


def test_joined_and_gone() -> None:
    difference = diff(BEFORE, run([0] * 8 + [2, 2, 2, NOISE]))
    assert difference.joined == {0: [0, 1]}
    assert difference.gone == [1]
    assert not difference.split


def test_split_and_appeared() -> None:
    difference = diff(BEFORE, run([0, 0, 5, 5, 1, 1, 1, 1, 2, 2, 2, NOISE]))
    assert difference.split == {0: [0, 5]}
    assert difference.appeared == [5]
    assert not difference.joined


def test_parts_that_came_and_went_are_counted() -> None:
    difference = diff(run([0, 0, 1], IDS[:3]), run([0, 1, 1, 1], IDS[1:5]))
    assert (difference.new_parts, difference.gone_parts, difference.stayed) == (2, 1, 2)
    assert json.loads(json.dumps(difference.to_json()))["new_parts"] == 2


def test_runs_without_a_part_in_common_can_be_compared() -> None:
    difference = diff(run([0, 0], IDS[:2]), run([1, NOISE], IDS[2:4]))
    assert (difference.stayed, difference.moved) == (0, {})
    assert (difference.appeared, difference.gone) == ([1], [0])
