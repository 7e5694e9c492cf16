"""CSV and TSV files of any common encoding and delimiter, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from catalog.errors import UnusableTable
from catalog.tables.assembly import Problem, Record, build_rows
from catalog.tables.columns.header import IsHeading, column_names
from catalog.tables.columns.headings import recognise
from catalog.tables.delimited.dialect import DELIMITERS, NO_DELIMITER, Dialect, sniff
from catalog.tables.delimited.encoding import detect_encoding
from catalog.tables.delimited.records import read_lines, read_records
from catalog.tables.rows import NO_DOUBTS, BadRow, TableRow

_SAMPLED_LINES = 1000
_SAMPLED_CHARACTERS = 1 << 20


class DelimitedTable:
    """A text table. Cells are text exactly as written; memory does not grow with the file."""

    def __init__(self, path: Path, is_heading: IsHeading = recognise) -> None:
        self._path = path
        self._encoding = detect_encoding(path)
        dialect = sniff(self._sample(), damaged=self._encoding.damaged, is_heading=is_heading)
        if dialect is None:
            raise UnusableTable(
                f"{path.name} is empty: a table needs a header row and rows below it"
            )
        self._dialect = dialect
        self.columns, notices = column_names(dialect.header)
        self._notices = (*self._reading_notices(dialect), *notices)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was decided about the file as a whole."""
        return self._notices

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; may be called again."""
        yield from build_rows(self._records(), self.columns)

    def _records(self) -> Iterator[Record | Problem]:
        with self._path.open(encoding=self._encoding.name, errors="replace", newline="") as file:
            lines = islice(read_lines(file), self._dialect.line - 1, None)
            records = read_records(
                lines,
                self._dialect.delimiter,
                width=len(self.columns),
                damaged=self._encoding.damaged,
            )
            next(records)
            for record in records:
                cells = record.cells
                yield cells if isinstance(cells, Problem) else (cells, NO_DOUBTS)

    def _sample(self) -> list[str]:
        sample, size = [], 0
        with self._path.open(encoding=self._encoding.name, errors="replace", newline="") as file:
            for line in islice(read_lines(file), _SAMPLED_LINES):
                sample.append(line)
                size += len(line)
                if size > _SAMPLED_CHARACTERS:
                    break
        return sample

    def _reading_notices(self, dialect: Dialect) -> Iterator[str]:
        if self._encoding.notice:
            yield self._encoding.notice
        if dialect.delimiter == NO_DELIMITER:
            yield "read as a single column: none of tab, semicolon, pipe, comma divides the rows"
        elif dialect.delimiter not in ",;\t":
            name = DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))
            yield f"cells are divided by {name}"
        if dialect.line > 1:
            yield f"{dialect.line - 1} lines above the header are passed over"
