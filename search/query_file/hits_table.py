"""A table of the hits of many queries: one row a hit, or one row for a query without any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from catalog.tables.table_file import TableFile
from search.hits.hit import Hit
from search.query_file.answers import Answer

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


class HitsTable:
    """Writes answers to a .csv, .xlsx or .parquet file; a context manager.

    No cell is a formula to a spreadsheet. Raises UsageError for another ending.
    """

    def __init__(self, target: Path) -> None:
        self._table = TableFile(target, HEADER)

    def write(self, answer: Answer) -> None:
        """Write the hits of one query, best first."""
        for row in _rows(answer):
            self._table.write(row)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()


def _rows(answer: Answer) -> Iterator[list[object]]:
    row = answer.row
    query_cells = [row.number, row.text or "", row.image or "", row.like or ""]
    hits: Sequence[Hit | None] = answer.result.hits if answer.result is not None else ()
    for rank, hit in enumerate(hits or [None], 1):
        hit_cells = [None] * 7 if hit is None else [rank, *_cells(hit)]
        yield [*query_cells, *hit_cells, answer.error]


def _cells(hit: Hit) -> list[object]:
    score = round(hit.score, 4)
    return [hit.part_number, score, hit.name_de, hit.name_en, hit.family, hit.image]
