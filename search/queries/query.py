"""What is asked: a text, a picture, a part of the catalogue, or a text with a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from catalog.arrays import RgbImage
from catalog.errors import UsageError
from catalog.store.filters import Condition
from search.queries.filters_text import parse_filters
from search.queries.weights import check_weights

QueryImage: TypeAlias = str | Path | bytes | RgbImage
"""A file, a URL, the bytes of an image file, or upright RGB pixels."""
MAX_LIMIT = 1000
MAX_TEXT = 2000
"""Characters; a longer text is no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions:
    """What many queries can share. ``where`` limits what may be found.

    ``weights`` are by vector or group; a weight of 0 leaves a vector out. ``limit`` is in [1, 1000],
    ``min_score`` in [0, 1].
    """

    where: Condition | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    limit: int = 10
    min_score: float = 0.0
    explain: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        check_weights(self.weights)
        if not 1 <= self.limit <= MAX_LIMIT:
            raise UsageError(f"limit must be in [1, {MAX_LIMIT}]; got {self.limit}")
        if not 0 <= self.min_score <= 1:
            raise UsageError(f"min_score must be in [0, 1]; got {self.min_score}")

    def query(self, text: str | None, image: QueryImage | None, like: str | None) -> Query:
        """Return the query of a text, an image, both, or a part, with these options."""
        return Query(
            text,
            image,
            like,
            where=self.where,
            weights=self.weights,
            limit=self.limit,
            min_score=self.min_score,
            explain=self.explain,
        )


@dataclass(frozen=True, slots=True)
class Query(QueryOptions):
    """One question: a text, an image, both, or a part of the catalogue (``like``)."""

    text: str | None = None
    image: QueryImage | None = None
    like: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        _check_subject(self)
        QueryOptions.__post_init__(self)

    @property
    def words(self) -> str:
        """The text without white space around it; empty where there is none."""
        return (self.text or "").strip()


def read_filters(filters: Condition | str | Sequence[str] | None) -> Condition | None:
    """Return a condition from a condition, one ``key=value`` or several."""
    if filters is None:
        return None
    if isinstance(filters, str):
        filters = [filters]
    if isinstance(filters, Sequence):
        return parse_filters(filters)
    return filters


def _check_subject(query: Query) -> None:
    text = query.words
    if query.like is not None and (text or query.image is not None):
        raise UsageError("ask by a part (like) or by text and image, not both")
    if query.like is None and query.image is None and not text:
        raise UsageError("ask for something: a text, an image, or a part number (like)")
    if len(text) > MAX_TEXT:
        raise UsageError(f"a query text has at most {MAX_TEXT} characters; got {len(text)}")
