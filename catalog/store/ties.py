"""Which of equal scores are returned: the engines do not say, so more is fetched until it is sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from catalog.store.contract import FacetCount, VectorQuery, check_limit

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
    fetch_limits = [query.limit + SPARE for query in queries]
    answers = fetch(queries, fetch_limits)
    for row, query in enumerate(queries):
        while not _is_settled([hit.score for hit in answers[row]], fetch_limits[row], query.limit):
            fetch_limits[row] = min(fetch_limits[row] * 4, MAX_FETCHED)
            answers[row] = fetch([query], [fetch_limits[row]])[0]
    return [_ordered(hits)[: query.limit] for query, hits in zip(queries, answers, strict=True)]


def most_frequent(limit: int, fetch: Callable[[int], list[FacetCount]]) -> list[FacetCount]:
    """Return the most frequent values, ties by value; ``fetch`` gets how many to ask for."""
    check_limit("limit", limit)
    fetch_limit = limit + SPARE
    counts = fetch(fetch_limit)
    while not _is_settled([facet.count for facet in counts], fetch_limit, limit):
        fetch_limit = min(fetch_limit * 4, MAX_FETCHED)
        counts = fetch(fetch_limit)
    nonzero = [facet for facet in counts if facet.count]
    return sorted(nonzero, key=lambda facet: (-facet.count, facet.value))[:limit]


def _ordered(hits: list[Hit]) -> list[Hit]:
    """Return the hits by score, ties by id; most answers hold none, and asking for an id is slow."""
    scores = [hit.score for hit in hits]
    if all(left > right for left, right in pairwise(scores)):
        return hits
    return sorted(hits, key=lambda hit: (-hit.score, str(hit.id)))


def _is_settled(scores: Sequence[float], fetch_limit: int, limit: int) -> bool:
    """Whether the best ``limit`` of the scores are sure, in whatever order equal ones came."""
    if len(scores) < fetch_limit or fetch_limit >= MAX_FETCHED:
        return True
    return scores[-1] < scores[limit - 1]
