"""The rows of a file of queries: what each asks for, and what is wrong with those that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import UnusableTable
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.source import open_file

COLUMNS = ("text", "image", "like")
_NO_QUERIES = {"empty_row", "repeated_header"}


@dataclass(frozen=True, slots=True)
class QueryRow:
    """What one row asks for; ``number`` is 1 for the first row below the header.

    ``error`` says why a row cannot be read; it then asks for nothing.
    """

    number: int
    text: str | None = None
    image: str | None = None
    like: str | None = None
    error: str = ""

    @property
    def title(self) -> str:
        """What is asked for, in one line."""
        return " + ".join(self.to_json().values())

    def to_json(self) -> dict[str, str]:
        """Return what is asked for by column, without what is not."""
        values = {"text": self.text, "image": self.image, "like": self.like}
        return {name: value for name, value in values.items() if value is not None}


class QueryTable:
    """A table with the columns text, image, like (any of them); others are passed over.

    Raises UnusableTable when the file as a whole cannot be read, or has none of these columns.
    """

    def __init__(self, file: Path) -> None:
        self._table = open_file(file, headings=COLUMNS)
        self._column_of = _column_of(self._table.columns)
        if not self._column_of:
            columns = ", ".join(self._table.columns)
            raise UnusableTable(
                f"{file.name}: needs a column {', '.join(COLUMNS)}; got {columns!r}"
            )

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences on how the file was read; complete once ``rows`` has run through."""
        return self._table.notices

    def rows(self) -> Iterator[QueryRow]:
        """Yield the rows that ask for something, and those that cannot be read, in order."""
        for row in self._table.rows():
            if isinstance(row, BadRow):
                if row.reason not in _NO_QUERIES:
                    yield QueryRow(row.number, error=f"the row cannot be read: {row.detail}")
            elif values := self._values(row):
                yield QueryRow(row.number, **values)

    def _values(self, row: TableRow) -> Mapping[str, str]:
        cells = {name: row.values[column] for name, column in self._column_of.items()}
        return {name: text for name, cell in cells.items() if (text := (cell or "").strip())}


def _column_of(columns: Sequence[str]) -> dict[str, str]:
    # The first column of each name, however it is capitalised.
    column_by_name = {column.lower(): column for column in reversed(columns)}
    return {name: column_by_name[name] for name in COLUMNS if name in column_by_name}
