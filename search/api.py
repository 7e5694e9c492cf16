"""Searching from Python: one query, or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from catalog.store.filters import Condition
from search.hits.results import SearchResult
from search.queries.query import Query, QueryImage, read_filters
from search.searcher import Searcher

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog


def search(
    catalog: OpenedCatalog,
    text: str | None = None,
    *,
    image: QueryImage | None = None,
    like: str | None = None,
    filters: Condition | str | Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    limit: int = 10,
    min_score: float = 0.0,
    explain: bool = False,
) -> SearchResult:
    """Find the parts most similar to a text, an image, both, or a part of the catalogue (``like``).

    ``image`` is a path, a URL, an image file's bytes or RGB pixels; ``filters`` are ``key=value``
    texts or a condition; ``weights`` by vector or group (image, name, terms, description).
    """
    query = Query(
        text=text,
        image=image,
        like=like,
        where=read_filters(filters),
        weights=weights or {},
        limit=limit,
        min_score=min_score,
        explain=explain,
    )
    return Searcher(catalog).search(query)


def facet(
    catalog: OpenedCatalog,
    key: str,
    filters: Condition | str | Sequence[str] | None = None,
    *,
    limit: int = 20,
) -> dict[str, int]:
    """Return how many parts have each value of ``key``, most frequent first, ties by value.

    ``key`` is ``family``, ``entity``, ``material`` or another key that is indexed as a keyword;
    ``filters`` limit the parts. At most ``limit`` values, at least 1.
    """
    indexes = catalog.store.schema().payload_indexes
    attribute = f"attributes.{key}"
    counts = catalog.store.facet(
        attribute if attribute in indexes else key, read_filters(filters), limit=limit
    )
    return {count.value: count.count for count in counts}


def search_many(catalog: OpenedCatalog, queries: Sequence[Query]) -> list[SearchResult]:
    """Answer many queries in order; embeddings and store calls go in batches."""
    return Searcher(catalog).search_many(queries)
