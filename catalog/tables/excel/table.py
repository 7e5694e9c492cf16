"""Excel sheets (.xlsx), streamed: cells as text, error cells and damage in the notices.

openpyxl supplies the meaning of formats and date serials; the sheet itself is read with expat,
because openpyxl turns numbers into floats, cannot tell an empty cell from a formula that was never
calculated, and keeps a trace of every row and string in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from itertools import islice
from pathlib import Path

from catalog.errors import UnknownName
from catalog.tables.assembly import Problem, Record, build_rows
from catalog.tables.columns.header import (
    SEARCHED_RECORDS,
    IsHeading,
    column_names,
    filled,
    find_header,
    known_headings,
)
from catalog.tables.columns.headings import recognise
from catalog.tables.excel.shared_strings import SharedStrings
from catalog.tables.excel.sheet import SheetReader, SheetRow
from catalog.tables.excel.workbook import Sheet, Workbook
from catalog.tables.rows import BadRow, TableRow


class ExcelTable:
    """One sheet of a workbook.

    ``sheet`` is a title; without one it is the shown sheet with the most known headings, the
    first of them on a tie. Notices about cells are complete once ``rows`` has run through.
    """

    def __init__(
        self, path: Path, sheet: str | None = None, is_heading: IsHeading = recognise
    ) -> None:
        self._book, self._is_heading = Workbook(path), is_heading
        self._sheet, heads, self._notices = self._choose(sheet)
        if not any(filled(head) for head in heads):
            raise self._book.unusable(
                f"sheet {self._sheet.title!r} is empty: a table needs a header row and rows below it"
            )
        self._header = find_header(heads, is_heading)
        header = heads[self._header]
        while not (header[-1] or "").strip():
            header = header[:-1]
        self.columns, notices = column_names(header)
        if self._header:
            self._notices.append(f"{self._header} rows above the header are passed over")
        self._notices += notices
        self._cells_in_error: Counter[tuple[str, str]] = Counter()
        self._rows_beyond = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What was decided about the sheet, and what its cells held instead of values."""
        errors = (
            f"column {column!r}: {count} cells hold {error}: read as empty"
            for (column, error), count in self._cells_in_error.items()
        )
        beyond = f"{self._rows_beyond} rows have cells right of the last heading: left out"
        return (*self._notices, *errors, *([beyond] if self._rows_beyond else []))

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; may be called again. Damage further down raises there."""
        self._cells_in_error.clear()
        self._rows_beyond = 0
        yield from build_rows(self._records(), self.columns)

    def _records(self) -> Iterator[Record | Problem]:
        width = len(self.columns)
        for row in islice(self._read(self._sheet), self._header + 1, None):
            for at, error in row.errors.items():
                if at < width:
                    self._cells_in_error[self.columns[at], error] += 1
            if row.problem:
                yield row.problem
                continue
            if any(at >= width and text.strip() for at, text in row.cells.items()):
                self._rows_beyond += 1
            doubts = {self.columns[at]: doubt for at, doubt in row.doubts.items() if at < width}
            yield [row.cells.get(at) for at in range(width)], doubts

    def _read(self, sheet: Sheet) -> Iterator[SheetRow]:
        reader = SheetReader(self._strings, self._book.formats, epoch_1904=self._book.epoch_1904)
        with self._book.readable(f"sheet {sheet.title!r}"), self._book.open(sheet.part) as stream:
            yield from reader.rows(stream)

    @cached_property
    def _strings(self) -> SharedStrings:
        part = self._book.shared_strings
        if part is None:
            return SharedStrings(None)
        with self._book.readable("the list of texts"), closing(self._book.open(part)) as stream:
            return SharedStrings(stream)

    def _choose(self, title: str | None) -> tuple[Sheet, list[list[str | None]], list[str]]:
        sheets = self._book.sheets
        if title is not None:
            chosen = [sheet for sheet in sheets if sheet.title == title]
            if not chosen:
                raise UnknownName("sheet", title, [sheet.title for sheet in sheets])
            return chosen[0], self._head(chosen[0]), []
        visible = [sheet for sheet in sheets if sheet.visible] or list(sheets)
        if not visible:
            raise self._book.unusable("it has no worksheet")
        heads = [self._head(sheet) for sheet in visible]
        best = max(range(len(visible)), key=lambda at: (*self._quality(heads[at]), -at))
        notices = []
        if len(sheets) > 1:
            others = ", ".join(repr(sheet.title) for sheet in sheets if sheet is not visible[best])
            notices.append(f"sheet {visible[best].title!r} is read; not read: {others}")
        return visible[best], heads[best], notices

    def _head(self, sheet: Sheet) -> list[list[str | None]]:
        rows = islice(self._read(sheet), SEARCHED_RECORDS)
        return [[row.cells.get(at) for at in range(max(row.cells, default=-1) + 1)] for row in rows]

    def _quality(self, head: list[list[str | None]]) -> tuple[int, bool]:
        counts = [known_headings(record, self._is_heading) for record in head]
        return max(counts, default=0), any(map(filled, head))
