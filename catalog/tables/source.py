"""Open a table, whatever it is: text, Excel, Parquet, DataFrame or a paged JSON address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from catalog.errors import UnusableTable, UsageError
from catalog.fetching.urls import is_url
from catalog.tables.columns.header import IsHeading
from catalog.tables.columns.headings import recognise
from catalog.tables.contract import TableSource
from catalog.tables.delimited.table import DelimitedTable
from catalog.tables.paged_json.table import Download, RestTable
from catalog.tables.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reading", "TableSource", "open_file", "open_table"]

_ALLOWED = "allowed are CSV or TSV text, .xlsx, Parquet and http(s) addresses of JSON"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
)


class Reading(TypedDict, total=False):
    """How a table is read where it does not say so itself; see ``open_table``."""

    sheet: str | None
    records: str | None
    require: Sequence[str]
    limit: int | None
    first_page: int
    page_step: int


def open_table(
    table: str | Path | pd.DataFrame,
    *,
    sheet: str | None = None,
    records: str | None = None,
    require: Sequence[str] = (),
    limit: int | None = None,
    first_page: int = 1,
    page_step: int = 1,
    fetcher: Download | None = None,
) -> TableSource:
    """Return the table as a source of rows.

    ``sheet`` is the title of an Excel sheet. ``records`` (path to the records, ``data.items``),
    ``first_page`` and ``page_step`` belong to an http(s) address, which needs a ``fetcher``; its
    ``{page}`` stands for the page's number. Rows in which a column of ``require`` is empty are
    set aside; after ``limit`` rows (at least 1) reading ends. Raises UnusableTable for what cannot
    be read as a table, UsageError for options that do not fit.
    """
    if limit is not None and limit < 1:
        raise UsageError(f"the limit must be at least 1; got {limit}")
    if page_step < 1:
        raise UsageError(f"the page step must be at least 1; got {page_step}")
    is_address = is_url(table)
    if records and not is_address:
        raise UsageError(f"a record path is for an http(s) address of JSON; got {records!r}")
    if is_address:
        _refuse_sheet(sheet, "an address")
        source: TableSource = _rest(str(table), fetcher, records, require, first_page, page_step)
    elif isinstance(table, str | Path):
        source = open_file(Path(table), sheet)
    else:
        from catalog.tables.frame import open_frame

        _refuse_sheet(sheet, "a DataFrame")
        source = open_frame(table)
    return Selection(source, require, limit) if require or limit else source


def open_file(
    path: Path, sheet: str | None = None, *, headings: Collection[str] | None = None
) -> TableSource:
    """Return a text, Excel or Parquet file as a source of rows; UnusableTable for any other.

    ``headings``, in lower case, are those that its header is known by; None are those of parts.
    """
    head = _head(path)
    is_heading = recognise if headings is None else _one_of(headings)
    if head.startswith(b"PK"):
        from catalog.tables.excel.table import ExcelTable

        return ExcelTable(path, sheet, is_heading)
    _refuse_sheet(sheet, path.name)
    if head.startswith(b"PAR1"):
        from catalog.tables.parquet import open_parquet

        return open_parquet(path)
    _refuse_foreign(path, head)
    return DelimitedTable(path, is_heading)


def _rest(
    url: str,
    fetcher: Download | None,
    records: str | None,
    require: Sequence[str],
    first_page: int,
    page_step: int,
) -> RestTable:
    if fetcher is None:
        raise UsageError(f"an address needs a fetcher to read it; got {url!r} without one")
    return RestTable(
        url, fetcher, records=records, require=require, first_page=first_page, page_step=page_step
    )


def _one_of(headings: Collection[str]) -> IsHeading:
    return lambda cell: cell.strip().lower() in headings


def _head(path: Path) -> bytes:
    """Return the first bytes of a file that can be a table."""
    if not path.exists():
        raise UnusableTable(f"there is no table {str(path)!r}; {_ALLOWED}")
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "no regular file"
        raise UnusableTable(f"{str(path)!r} is {kind}; {_ALLOWED}")
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise UnusableTable(f"{str(path)!r} cannot be read: {error.strerror}") from error
    if not head.strip():
        raise UnusableTable(f"{path.name} is empty: a table needs a header row and rows below it")
    return head


def _refuse_foreign(path: Path, head: bytes) -> None:
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise UnusableTable(f"{path.name} is {what}; {_ALLOWED}")
    if head.startswith(_OLE):
        raise UnusableTable(f"{path.name} is {_ole_kind(path)}; {_ALLOWED}")
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if begin.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise UnusableTable(f"{path.name} is HTML or XML; save it as .xlsx or CSV; {_ALLOWED}")
    if begin.startswith((b"{", b"[{")):
        raise UnusableTable(f"{path.name} is JSON; {_ALLOWED}")


def _ole_kind(path: Path) -> str:
    """Tell an encrypted .xlsx from an .xls: the names of its streams are UTF-16 in the directory."""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if "EncryptedPackage".encode("utf-16-le") in chunk:
                return "protected by a password; save it without one"
    return "an old .xls workbook; save it as .xlsx"


def _refuse_sheet(sheet: str | None, what: str) -> None:
    if sheet is not None:
        raise UsageError(f"a sheet is for an .xlsx file; got {sheet!r} for {what}")
