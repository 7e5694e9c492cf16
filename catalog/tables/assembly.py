"""From the cells of a record to a row: widths, empty rows, row numbers; the same for every source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from catalog.tables.rows import NO_DOUBTS, BadRow, TableRow

RAW_LENGTH = 500
"""Characters of a bad row that are kept for the report."""

Record: TypeAlias = tuple[Sequence[str | None], Mapping[str, str]]
"""The cells of one row from left to right, and the doubts by column."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Stands in the place of a record that could not be read."""

    reason: str
    detail: str
    raw: str = ""


def build_rows(
    records: Iterable[Record | Problem], columns: Sequence[str]
) -> Iterator[TableRow | BadRow]:
    """Yield one row a record, numbered from 1.

    A row whose cells are all empty is a BadRow ``empty_row``, except at the end of the table,
    where spreadsheets leave any number of them: those are not rows. Cells beyond the last column
    are let go where they are empty; else the row is ``too_many_cells``, as its cells may have
    slipped, and a shorter row is ``too_few_cells``. A row that repeats the header, as lists printed
    in pages have it, is ``repeated_header``.
    """
    width = len(columns)
    first_empty: int | None = None
    for number, record in enumerate(records, 1):
        if not isinstance(record, Problem) and is_empty(record[0]):
            first_empty = first_empty or number
            continue
        if first_empty is not None:
            for empty in range(first_empty, number):
                yield BadRow(empty, "empty_row", "every cell is empty")
            first_empty = None
        if isinstance(record, Problem):
            yield BadRow(number, record.reason, record.detail, record.raw[:RAW_LENGTH])
            continue
        cells, doubts = record
        if cells[0] == columns[0] and list(cells) == list(columns):
            yield BadRow(number, "repeated_header", "the row repeats the header")
            continue
        if len(cells) != width and not (len(cells) > width and is_empty(cells[width:])):
            yield _ragged(number, cells, width)
            continue
        yield TableRow(number, dict(zip(columns, cells, strict=False)), doubts or NO_DOUBTS)


def is_empty(cells: Sequence[str | None]) -> bool:
    """Return whether every cell is empty or white space."""
    return not any(cell and not cell.isspace() for cell in cells)


def _ragged(number: int, cells: Sequence[str | None], width: int) -> BadRow:
    reason = "too_many_cells" if len(cells) > width else "too_few_cells"
    raw = " | ".join(cell or "" for cell in cells)[:RAW_LENGTH]
    return BadRow(number, reason, f"{len(cells)} cells where the header has {width}", raw)
