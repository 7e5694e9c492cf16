from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clustering.contract import NOISE, Labels
from clustering.runs.assignment import Assignment
from clustering.runs.matching import keep_numbers
from tests.stores import identity


def ids(count: int) -> list[str]:
    return sorted(identity(number) for number in range(count))


def assigned(clusters: list[int]) -> Assignment:
    return Assignment(ids(len(clusters)), labels(clusters), np.ones(len(clusters), dtype=np.int64))


def labels(values: list[int]) -> Labels:
    return np.array(values, dtype=np.int32)


def test_without_a_former_run_the_largest_cluster_comes_first() -> None:
    numbers, following = keep_numbers(ids(6), labels([5, 1, 1, 1, 5, NOISE]), None, 0)
    assert numbers.tolist() == [1, 0, 0, 0, 1, NOISE]
    assert following == 2


def test_relabelled_clusters_keep_their_numbers() -> None:
    former = assigned([7, 7, 7, 3, 3, 9])
    numbers, following = keep_numbers(ids(6), labels([1, 1, 1, 0, 0, 2]), former, 20)
    assert numbers.tolist() == [7, 7, 7, 3, 3, 9]
    assert following == 20


def test_the_largest_piece_keeps_the_number_and_the_rest_gets_a_fresh_one() -> None:
    former = assigned([4] * 5 + [8] * 4)
    numbers, following = keep_numbers(ids(9), labels([0, 0, 0, 1, 1, 2, 2, 2, 2]), former, 11)
    assert numbers.tolist() == [4, 4, 4, 11, 11, 8, 8, 8, 8]
    assert following == 12


def test_numbers_of_vanished_clusters_are_not_used_again() -> None:
    former = assigned([0, 0, 0, 1, 1, 1])
    numbers, following = keep_numbers(ids(6), labels([0] * 6), former, 2)
    assert set(numbers.tolist()) < {0, 1}
    fresh, following = keep_numbers(
        ids(6), labels([0, 0, 0, 1, 1, 1]), assigned([0] * 6), following
    )
    assert sorted(set(fresh.tolist())) == [0, 2]
    assert following == 3


def test_a_cluster_with_hardly_a_part_in_common_is_another_one() -> None:
    former = assigned([0] * 30 + [NOISE] * 30)
    now = [0] + [NOISE] * 29 + [0] * 30
    numbers, _ = keep_numbers(ids(60), labels(now), former, 1)
    assert set(numbers.tolist()) == {1, NOISE}


def test_parts_that_came_and_went_do_not_matter() -> None:
    former = Assignment(ids(6)[1:], labels([2, 2, 5, 5, 5]), np.ones(5, dtype=np.int64))
    numbers, _ = keep_numbers(ids(6)[:5], labels([0, 0, 0, 1, 1]), former, 6)
    assert numbers.tolist() == [2, 2, 2, 5, 5]


def test_the_number_of_pinned_parts_is_not_for_those_beside_them() -> None:
    former = assigned([0, 0, 0, 1, 1, 1])
    swallowed = labels([0] * 6)
    assert keep_numbers(ids(6), swallowed, former, 2)[0].tolist() == [0] * 6
    numbers, _ = keep_numbers(ids(6), swallowed, former, 2, pinned=ids(6)[:3])
    assert numbers.tolist() == [1] * 6


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_any_renaming_of_the_same_groups_keeps_every_number(
    clusters: list[int], random: Random
) -> None:
    names = list(range(5))
    random.shuffle(names)
    renamed = [NOISE if cluster == NOISE else names[cluster] for cluster in clusters]
    numbers, following = keep_numbers(ids(len(clusters)), labels(renamed), assigned(clusters), 5)
    assert numbers.tolist() == clusters
    assert following == 5
