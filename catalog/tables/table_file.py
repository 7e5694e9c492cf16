"""Tables out: rows streamed into a CSV, XLSX or Parquet file; the ending chooses the form."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from catalog.errors import UsageError
from catalog.tables.safe_cell import safe_cell

if TYPE_CHECKING:
    from pyarrow import Schema

Columns = Mapping[str, type]
"""Column names in order, with what they hold: str, int or float; any cell may be None."""
FORMS = (".csv", ".xlsx", ".parquet")
XLSX_ROWS = 1_048_576
"""What a sheet can hold; a longer table goes on in another sheet."""
_PARQUET_ROWS = 16_384
"""Rows of a row group: what is held in memory."""


class _Rows(Protocol):
    def write(self, cells: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


class TableFile:
    """Writes one table row by row; a context manager. Memory does not grow, except for XLSX's styles.

    In CSV and XLSX a text that a spreadsheet would run as a formula is made harmless; in Parquet it
    stays as it is.
    """

    def __init__(self, path: Path, columns: Columns, *, forms: Iterable[str] = FORMS) -> None:
        """Start the file; UsageError for another ending than ``forms`` or a folder that is none."""
        check_target(path, forms)
        self.path = path
        self._rows = _open(path, columns)

    def write(self, cells: Sequence[Any]) -> None:
        """Write one row, a cell a column."""
        self._rows.write(cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the file."""
        self._rows.close()


def check_target(path: Path, forms: Iterable[str] = FORMS) -> None:
    """Refuse a file that cannot be written, before the work is done."""
    suffixes = list(forms)
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"a table is written to {' or '.join(suffixes)}; got {path.name!r}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {str(path.absolute().parent)!r} to write to")


def _open(path: Path, columns: Columns) -> _Rows:
    match path.suffix.lower():
        case ".csv":
            return _CsvRows(path, columns)
        case ".xlsx":
            return _XlsxRows(path, columns)
        case _:
            return _ParquetRows(path, columns)


class _CsvRows:
    def __init__(self, path: Path, columns: Columns) -> None:
        # With a byte order mark, Excel reads the umlauts right.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self.write(list(columns))

    def write(self, cells: Sequence[Any]) -> None:
        self._writer.writerow([safe_cell(cell) for cell in cells])

    def close(self) -> None:
        self._file.close()


class _XlsxRows:
    def __init__(self, path: Path, columns: Columns) -> None:
        from openpyxl import Workbook

        self._path, self._columns = path, list(columns)
        self._book = Workbook(write_only=True)
        self._start_sheet()

    def write(self, cells: Sequence[Any]) -> None:
        if self._rows == XLSX_ROWS:
            self._start_sheet()
        self._sheet.append([safe_cell(cell) for cell in cells])
        self._rows += 1

    def close(self) -> None:
        self._book.save(self._path)

    def _start_sheet(self) -> None:
        self._sheet, self._rows = self._book.create_sheet("rows"), 1
        self._sheet.append(self._columns)


class _ParquetRows:
    def __init__(self, path: Path, columns: Columns) -> None:
        from pyarrow import parquet

        self._schema = _parquet_schema(columns)
        self._file = parquet.ParquetWriter(path, self._schema)
        self._waiting: list[Sequence[Any]] = []

    def write(self, cells: Sequence[Any]) -> None:
        self._waiting.append(cells)
        if len(self._waiting) == _PARQUET_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        from pyarrow import Table

        if self._waiting:
            cells = map(list, zip(*self._waiting, strict=True))
            columns = dict(zip(self._schema.names, cells, strict=True))
            self._file.write_table(Table.from_pydict(columns, schema=self._schema))
            self._waiting = []


def _parquet_schema(columns: Columns) -> Schema:
    import pyarrow as pa

    types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])
