"""The row-level report: one line a row with what became of it, as CSV or XLSX."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from ingest.outcomes import RowOutcome
from partscope.errors import UsageError
from partscope.spreadsheet import safe_cell

COLUMNS = (
    "row",
    "part_number",
    "outcome",
    "reason",
    "detail",
    "cleaning",
    "images_used",
    "images_missing",
    "images_failed",
    "image_problems",
)
XLSX_ROWS = 1_048_576
"""What a sheet can hold; a longer report goes on in another sheet."""


class _Sheet(Protocol):
    def write(self, cells: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


class RowReport:
    """Writes the report row by row; a context manager. The ending of the file chooses the form."""

    def __init__(self, path: Path) -> None:
        """Start the report at ``path``; ``.csv`` and ``.xlsx`` are known."""
        if path.suffix.lower() not in _FORMS:
            raise UsageError(f"a report ends with .csv or .xlsx; got {path.name!r}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._sheet = _FORMS[path.suffix.lower()](path)
        self._sheet.write(COLUMNS)

    def add(self, row: RowOutcome) -> None:
        """Write one row; cells that a spreadsheet would run as formulas are made harmless."""
        self._sheet.write([safe_cell(cell) for cell in _cells(row)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sheet.close()


class _CsvSheet:
    def __init__(self, path: Path) -> None:
        # With a byte order mark, Excel reads the umlauts right.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def write(self, cells: Sequence[Any]) -> None:
        self._writer.writerow(cells)

    def close(self) -> None:
        self._file.close()


class _XlsxSheet:
    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("rows")
        self._rows = 0

    def write(self, cells: Sequence[Any]) -> None:
        if self._rows == XLSX_ROWS:
            self._sheet, self._rows = self._book.create_sheet(), 0
        self._sheet.append(list(cells))
        self._rows += 1

    def close(self) -> None:
        self._book.save(self._path)


_FORMS: dict[str, type[_CsvSheet] | type[_XlsxSheet]] = {".csv": _CsvSheet, ".xlsx": _XlsxSheet}


def _cells(row: RowOutcome) -> list[Any]:
    problems = "; ".join(
        f"{failure.reference}: {failure.reason} ({failure.detail})" for failure in row.view_failures
    )
    return [
        row.number,
        row.part_number,
        row.outcome,
        row.reason,
        row.detail,
        " ".join(row.events),
        row.images_used,
        row.images_missing,
        row.images_failed,
        problems,
    ]
