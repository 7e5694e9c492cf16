from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from clustering.assignment import Assignment
from clustering.contract import NOISE
from clustering.diff import diff
from tests.stores import identity

IDS = sorted(identity(number) for number in range(12))


def run(clusters: Sequence[int], ids: Sequence[str] = IDS) -> Assignment:
    return Assignment(list(ids), np.array(clusters, dtype=np.int32), np.ones(len(ids), np.int64))


BEFORE = run([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, NOISE])


def test_a_run_does_not_differ_from_itself() -> None:
    found = diff(BEFORE, BEFORE)
    assert (found.stayed, found.moved, found.joined, found.split) == (12, {}, {}, {})
    assert (found.appeared, found.gone, found.new_parts, found.gone_parts) == ([], [], 0, 0)


def test_one_moved_part_is_told_with_where_from_and_where_to() -> None:
    found = diff(BEFORE, run([1, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))
    assert found.moved == {(NOISE, 2): 1, (0, 1): 1}
    assert found.moved_parts == [(IDS[0], 0, 1), (IDS[11], NOISE, 2)]
    assert found.stayed == 10


def test_joined_and_gone() -> None:
    found = diff(BEFORE, run([0] * 8 + [2, 2, 2, NOISE]))
    assert found.joined == {0: [0, 1]}
    assert found.gone == [1]
    assert not found.split


def test_split_and_appeared() -> None:
    found = diff(BEFORE, run([0, 0, 5, 5, 1, 1, 1, 1, 2, 2, 2, NOISE]))
    assert found.split == {0: [0, 5]}
    assert found.appeared == [5]
    assert not found.joined


def test_parts_that_came_and_went_are_counted() -> None:
    found = diff(run([0, 0, 1], IDS[:3]), run([0, 1, 1, 1], IDS[1:5]))
    assert (found.new_parts, found.gone_parts, found.stayed) == (2, 1, 2)
    assert json.loads(json.dumps(found.to_json()))["new_parts"] == 2


def test_runs_without_a_part_in_common_can_be_compared() -> None:
    found = diff(run([0, 0], IDS[:2]), run([1, NOISE], IDS[2:4]))
    assert (found.stayed, found.moved) == (0, {})
    assert (found.appeared, found.gone) == ([1], [0])
