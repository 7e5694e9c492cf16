"""Stream the cells of one Excel sheet, each as the text Excel shows where that can be known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO

from ingest.tables.assembly import Problem
from ingest.tables.number_text import NumberFormat
from ingest.tables.records import MAX_CELL
from ingest.tables.shared_strings import SharedStrings, unescape
from ingest.tables.xml_parts import BadXml, feed, local_name, new_parser

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_GENERAL = NumberFormat()
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}$")


@dataclass(slots=True)
class SheetRow:
    """One row by column position (from 0): texts, doubts, and cells that hold an error instead."""

    cells: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    problem: Problem | None = None


class SheetReader:
    """Reads a sheet from its first row to its last. Rows the file leaves out come out empty."""

    def __init__(
        self, strings: SharedStrings, formats: tuple[NumberFormat, ...], *, epoch_1904: bool
    ) -> None:
        self._strings = strings
        self._formats = formats
        self._epoch_1904 = epoch_1904

    def rows(self, stream: IO[bytes]) -> Iterator[SheetRow]:
        """Yield the rows; raises BadXml where the sheet is damaged, after the rows before it."""
        parser = new_parser()
        handler = _Handler(self)
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.characters
        last = 0
        for _ in feed(parser, stream):
            for number, row in handler.done:
                for _missing in range(last + 1, number):
                    yield SheetRow()
                last = number
                yield row
            handler.done.clear()

    def read_cell(self, row: SheetRow, at: int, cell: _Cell) -> None:
        """Put one cell into its row."""
        text = "".join(cell.text)
        if len(text) > MAX_CELL:
            detail = f"a cell holds at most {MAX_CELL} characters"
            row.problem = Problem("cell_too_long", detail, text[:100])
        elif cell.kind == "e":
            row.errors[at] = text or "#ERROR"
        elif not text:
            if cell.formula and cell.kind != "str":
                row.errors[at] = "formula without a stored value"
        else:
            self._read_filled(row, at, cell, text)

    def _read_filled(self, row: SheetRow, at: int, cell: _Cell, text: str) -> None:
        doubt = None
        try:
            if cell.kind == "s":
                text = self._strings.get(int(text))
            elif cell.kind in ("str", "inlineStr"):
                text = unescape(text)
            elif cell.kind == "b":
                text = "TRUE" if text == "1" else "FALSE"
            elif cell.kind == "d":
                doubt = "date"
            else:
                text, doubt = self._number(cell.style, text)
        except (ValueError, IndexError, OverflowError) as error:
            row.errors[at] = f"unreadable cell ({error})"
            return
        row.cells[at] = text
        if doubt:
            row.doubts[at] = doubt

    def _number(self, style: int, raw: str) -> tuple[str, str | None]:
        shown = self._formats[style] if style < len(self._formats) else _GENERAL
        if shown.kind == "date":
            return _date_text(float(raw), epoch_1904=self._epoch_1904), "date"
        return shown.text(raw)


@dataclass(slots=True)
class _Cell:
    kind: str
    style: int
    formula: bool = False
    text: list[str] = field(default_factory=list)


class _Handler:
    """Expat's callbacks; finished rows with their numbers stand in ``done``."""

    def __init__(self, reader: SheetReader) -> None:
        self._reader = reader
        self._row = SheetRow()
        self._number = 0
        self._column = -1
        self._cell: _Cell | None = None
        self._collecting = False
        self._phonetic = False
        self.done: list[tuple[int, SheetRow]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local_name(name) if ":" in name else name
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._collecting = self._cell is not None and not self._phonetic
        elif name == "f":
            if self._cell:
                self._cell.formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        name = local_name(name) if ":" in name else name
        if name == "c":
            if self._cell and 0 <= self._column < MAX_COLUMNS:
                self._reader.read_cell(self._row, self._column, self._cell)
            self._cell = None
        elif name in ("v", "t"):
            self._collecting = False
        elif name == "row":
            self.done.append((self._number, self._row))
        elif name == "rPh":
            self._phonetic = False

    def characters(self, piece: str) -> None:
        if self._collecting and self._cell:
            self._cell.text.append(piece)

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() and len(given) < 9 else self._number + 1
        if not self._number < number <= MAX_ROWS:
            raise BadXml(f"row {given or number} stands after row {self._number}")
        self._number, self._column, self._row = number, -1, SheetRow()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        style = attributes.get("s", "0")
        self._cell = _Cell(attributes.get("t", "n"), int(style) if style.isdecimal() else 0)
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        column = _column(reference)
        if column is None or not self._column < column < MAX_COLUMNS:
            detail = f"cell reference {reference[:20]!r} is out of order or none"
            self._row.problem = Problem("bad_cell_reference", detail)
        else:
            self._column = column


def _column(reference: str) -> int | None:
    match = _REFERENCE.match(reference)
    if not match:
        return None
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _date_text(serial: float, *, epoch_1904: bool) -> str:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    moment = from_excel(serial, MAC_EPOCH if epoch_1904 else WINDOWS_EPOCH)
    return date_text(moment)


def date_text(moment: date | time | timedelta) -> str:
    """Return a date, or date and time where that is not midnight, in ISO 8601."""
    if isinstance(moment, timedelta):
        return str(moment)
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat()
