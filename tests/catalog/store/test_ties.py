"""More is fetched until the order of equal scores is sure, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from catalog.store.contract import FacetCount, VectorQuery
from catalog.store.ties import MAX_FETCHED, SPARE, most_frequent, nearest
from tests.stores import vector


@dataclass(frozen=True)
class Hit:
    id: str
    score: float


def best(hits: list[Hit], limit: int) -> tuple[list[Hit], list[int]]:
    """Return what ``nearest`` finds in an engine that orders ties backwards, and what it asked."""
    ordered = sorted(sorted(hits, key=lambda hit: hit.id, reverse=True), key=lambda hit: -hit.score)
    fetch_limits: list[int] = []

    def fetch(queries: Sequence[VectorQuery], limits: Sequence[int]) -> list[list[Hit]]:
        fetch_limits.extend(limits)
        return [ordered[:number] for number in limits]

    return nearest([VectorQuery("image", vector(1), limit)], fetch)[0], fetch_limits


@given(st.lists(st.integers(0, 3), max_size=120), st.integers(1, 40))
def test_equal_scores_come_in_the_order_of_ids(scores: list[int], limit: int) -> None:
    hits = [Hit(f"{number:04}", score) for number, score in enumerate(scores)]
    nearest_hits, _ = best(hits, limit)
    assert nearest_hits == sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]


def test_distinct_scores_are_asked_for_once() -> None:
    hits = [Hit(f"{number:04}", -number) for number in range(500)]
    assert best(hits, 10)[1] == [10 + SPARE]


def test_endless_ties_end() -> None:
    hits = [Hit(f"{number:06}", 1.0) for number in range(3 * MAX_FETCHED)]
    nearest_hits, fetch_limits = best(hits, 10)
    assert len(nearest_hits) == 10
    assert fetch_limits[-1] == MAX_FETCHED


def test_values_without_points_are_no_facets() -> None:
    counts = [FacetCount("b", 2), FacetCount("a", 2), FacetCount("gone", 0)]
    assert most_frequent(5, lambda _: counts) == [FacetCount("a", 2), FacetCount("b", 2)]
