"""Which of equal scores are returned: the engines do not say, so more is fetched until it is sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Hit = TypeVar("Hit")

SPARE = 8
"""Hits fetched beyond the limit at first: few searches tie beyond them."""
MAX_FETCHED = 16_384
"""Beyond this many, ties are left to the engine: it holds far more equal points than any page."""


def is_settled(hits: Sequence[Hit], asked: int, limit: int, score: Callable[[Hit], float]) -> bool:
    """Return whether the first ``limit`` hits hold whatever order equal scores are given."""
    if len(hits) < asked or len(hits) <= limit or asked >= MAX_FETCHED:
        return True
    return score(hits[-1]) < score(hits[limit - 1])


def more(asked: int) -> int:
    """Return how many to ask for next."""
    return min(asked * 4, MAX_FETCHED)
