"""Answers to many queries. One that fails costs itself and tells why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from catalog.errors import PartscopeError, UsageError
from search.hits.results import SearchResult
from search.queries.query import Query, QueryOptions
from search.query_file.rows import QueryRow
from search.searcher import BATCH, Searcher


@dataclass(frozen=True, slots=True)
class Answer:
    """One row with its result, or with what went wrong."""

    row: QueryRow
    result: SearchResult | None = None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values; ``error`` only where the query failed."""
        outcome = self.result.to_json() if self.result is not None else {"error": self.error}
        return {"query": self.row.to_json(), **outcome}


def answer_rows(
    searcher: Searcher, rows: Iterable[QueryRow], options: QueryOptions
) -> Iterator[Answer]:
    """Yield the answer to each row, in order, asked in batches with the options that all share."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield from _answers(searcher, batch, options)


def _answers(
    searcher: Searcher, rows: Sequence[QueryRow], options: QueryOptions
) -> Iterator[Answer]:
    queries: dict[int, Query] = {}
    errors = {place: row.error for place, row in enumerate(rows) if row.error}
    for place, row in enumerate(rows):
        if not row.error:
            try:
                queries[place] = options.query(row.text, row.image, row.like)
            except UsageError as error:
                errors[place] = str(error)
    results = _results(searcher, queries, errors)
    for place, row in enumerate(rows):
        yield Answer(row, results.get(place), errors.get(place, ""))


def _results(
    searcher: Searcher, queries: dict[int, Query], errors: dict[int, str]
) -> dict[int, SearchResult]:
    # Together first, since that is the fast road; one by one where any of them fails.
    try:
        return dict(zip(queries, searcher.search_many(list(queries.values())), strict=True))
    except PartscopeError:
        results = {}
        for place, query in queries.items():
            try:
                results[place] = searcher.search(query)
            except PartscopeError as error:
                errors[place] = str(error)
        return results
