"""Which of equal scores are returned: the engines do not say, so more is fetched until it is sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from partscope.store.contract import FacetCount, VectorQuery, check_limit

SPARE = 8
"""Hits fetched beyond the limit at first: few searches tie beyond them."""
MAX_FETCHED = 16_384
"""Beyond this many, ties are left to the engine: it holds far more equal points than any page."""


class EngineHit(Protocol):
    """What both engines answer with."""

    @property
    def id(self) -> Any:
        """A uuid, or its text."""
        ...

    @property
    def score(self) -> float:
        """Larger is nearer."""
        ...


Hit = TypeVar("Hit", bound=EngineHit)


def nearest(
    queries: Sequence[VectorQuery],
    fetch: Callable[[Sequence[VectorQuery], Sequence[int]], list[list[Hit]]],
) -> list[list[Hit]]:
    """Return each query's nearest hits, ties by id; ``fetch`` gets the queries and their limits."""
    asked = [query.limit + SPARE for query in queries]
    answers = fetch(queries, asked)
    for row, query in enumerate(queries):
        while not _is_settled([hit.score for hit in answers[row]], asked[row], query.limit):
            asked[row] = min(asked[row] * 4, MAX_FETCHED)
            answers[row] = fetch([query], [asked[row]])[0]
    return [_ordered(answer)[: query.limit] for query, answer in zip(queries, answers, strict=True)]


def most_frequent(limit: int, fetch: Callable[[int], list[FacetCount]]) -> list[FacetCount]:
    """Return the most frequent values, ties by value; ``fetch`` gets how many to ask for."""
    check_limit("limit", limit)
    asked = limit + SPARE
    counts = fetch(asked)
    while not _is_settled([each.count for each in counts], asked, limit):
        asked = min(asked * 4, MAX_FETCHED)
        counts = fetch(asked)
    found = [each for each in counts if each.count]
    return sorted(found, key=lambda each: (-each.count, each.value))[:limit]


def _ordered(hits: list[Hit]) -> list[Hit]:
    """Return the hits by score, ties by id; most answers hold none, and asking for an id is slow."""
    scores = [hit.score for hit in hits]
    if all(left > right for left, right in pairwise(scores)):
        return hits
    return sorted(hits, key=lambda hit: (-hit.score, str(hit.id)))


def _is_settled(scores: Sequence[float], asked: int, limit: int) -> bool:
    """Whether the best ``limit`` of the scores are sure, in whatever order equal ones came."""
    if len(scores) < asked or asked >= MAX_FETCHED:
        return True
    return scores[-1] < scores[limit - 1]
