"""A file of queries in, a table of hits out. A query that fails costs itself and stands in the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import PartscopeError, UnusableTable, UsageError
from catalog.tables.table_file import TableFile
from search.hits.hit import Hit
from search.hits.results import SearchResult
from search.queries.query import Query
from search.searcher import BATCH, Searcher

COLUMNS = ("text", "image", "like")
HEADER: dict[str, type] = {
    "query": int,
    "text": str,
    "image": str,
    "like": str,
    "rank": int,
    "part_number": str,
    "score": float,
    "name_de": str,
    "name_en": str,
    "family": str,
    "hit_image": str,
    "error": str,
}
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the file, counted from 1, with its result or what went wrong."""

    number: int
    asked: dict[str, str]
    result: SearchResult | None = None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values; ``error`` only where the query failed."""
        outcome = self.result.to_json() if self.result is not None else {"error": self.error}
        return {"query": self.asked, **outcome}


def answer_file(searcher: Searcher, file: Path, options: Mapping[str, Any]) -> list[Answer]:
    """Answer every row of a CSV file with the columns text, image, like (any of them).

    ``options`` are the fields of ``Query`` that all rows share. Raises UnusableTable when the file as a
    whole cannot be read.
    """
    rows = read_rows(file)
    answers: list[Answer] = []
    for start in range(0, len(rows), BATCH):
        answers += _answer(searcher, rows[start : start + BATCH], start + 1, options)
    return answers


def read_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a query file, UTF-8, comma or semicolon; empty cells and rows left out."""
    try:
        with file.open("rb") as source:
            content = source.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableTable(f"{file.name}: not UTF-8; save it as CSV UTF-8") from None
    except OSError as error:
        raise UnusableTable(f"{file.name}: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise UnusableTable(f"{file.name}: more than {MAX_BYTES // 2**20} MB of queries")
    header = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in header else ",")
    try:
        rows = [{k: v.strip() for k, v in row.items() if k in COLUMNS and v} for row in reader]
    except csv.Error as error:
        raise UnusableTable(f"{file.name}, line {reader.line_num}: {error}") from None
    if not set(COLUMNS) & set(reader.fieldnames or ()):
        raise UnusableTable(
            f"{file.name}: needs a column {', '.join(COLUMNS)}; got {header.strip()!r}"
        )
    return [row for row in rows if any(row.values())]


def write_hits(target: Path, answers: Sequence[Answer]) -> None:
    """Write one row a hit; a query without hits has one row. No cell is a formula to a spreadsheet."""
    with TableFile(target, HEADER) as table:
        for answer in answers:
            for row in _rows(answer):
                table.write(row)


def _answer(
    searcher: Searcher, rows: Sequence[dict[str, str]], first: int, options: Mapping[str, Any]
) -> Iterator[Answer]:
    queries: dict[int, Query] = {}
    failed: dict[int, str] = {}
    for number, row in enumerate(rows, first):
        try:
            text, image, like = (row.get(name) or None for name in COLUMNS)
            queries[number] = Query(text=text, image=image, like=like, **options)
        except UsageError as error:
            failed[number] = str(error)
    results = _search(searcher, queries, failed)
    for number, row in enumerate(rows, first):
        yield Answer(number, row, results.get(number), failed.get(number, ""))


def _search(
    searcher: Searcher, queries: dict[int, Query], failed: dict[int, str]
) -> dict[int, SearchResult]:
    # Together first, since that is the fast road; one by one where any of them fails.
    try:
        return dict(zip(queries, searcher.search_many(list(queries.values())), strict=True))
    except PartscopeError:
        results = {}
        for number, query in queries.items():
            try:
                results[number] = searcher.search(query)
            except PartscopeError as error:
                failed[number] = str(error)
        return results


def _rows(answer: Answer) -> Iterator[list[object]]:
    query_cells = [answer.number, *(answer.asked.get(name, "") for name in COLUMNS)]
    hits: Sequence[Hit | None] = answer.result.hits if answer.result is not None else ()
    for rank, hit in enumerate(hits or [None], 1):
        hit_cells = [None] * 7 if hit is None else [rank, *_cells(hit)]
        yield [*query_cells, *hit_cells, answer.error]


def _cells(hit: Hit) -> list[object]:
    score = round(hit.score, 4)
    return [hit.part_number, score, hit.name_de, hit.name_en, hit.family, hit.image]
