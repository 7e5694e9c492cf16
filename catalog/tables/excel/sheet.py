"""Stream the cells of one Excel sheet, each as the text Excel shows where that can be known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import IO, NamedTuple

from catalog.tables.assembly import Problem
from catalog.tables.delimited.records import MAX_CELL
from catalog.tables.excel.shared_strings import SharedStrings, unescape
from catalog.tables.excel.xml_parts import BadXml, feed, local_name, new_parser
from catalog.tables.number_text import NumberFormat

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_GENERAL = NumberFormat()
_LETTERS = re.compile("[A-Z]{1,3}")
_DIGITS = "0123456789"


@dataclass(slots=True)
class SheetRow:
    """One row by column position (from 0): texts, doubts, and cells that hold an error instead."""

    cells: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    problem: Problem | None = None


class Cell(NamedTuple):
    """One cell as stored: its type, the number of its style, whether it has a formula, its text."""

    kind: str
    style: str
    formula: bool
    text: str


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

    def read_cell(self, row: SheetRow, at: int, cell: Cell) -> None:
        """Put one cell, which holds text or a formula, into its row."""
        text = cell.text
        if len(text) > MAX_CELL:
            detail = f"a cell holds at most {MAX_CELL} characters"
            row.problem = Problem("cell_too_long", detail, text)
        elif cell.kind == "e":
            row.errors[at] = text or "#ERROR"
        elif text:
            try:
                row.cells[at], doubt = self._text(cell)
            except (ValueError, IndexError, OverflowError) as error:
                row.errors[at] = f"unreadable cell ({error})"
            else:
                if doubt:
                    row.doubts[at] = doubt
        elif cell.kind != "str":
            row.errors[at] = "formula without a stored value"

    def _text(self, cell: Cell) -> tuple[str, str | None]:
        kind, text = cell.kind, cell.text
        if kind == "s":
            return self._strings.get(int(text)), None
        if kind in ("str", "inlineStr"):
            return unescape(text), None
        if kind == "b":
            return ("TRUE" if text == "1" else "FALSE"), None
        if kind == "d":
            return text, "date"
        style = int(cell.style)
        shown = self._formats[style] if style < len(self._formats) else _GENERAL
        if shown.kind == "date":
            return _date_text(float(text), epoch_1904=self._epoch_1904), "date"
        return shown.text(text)


class _Handler:
    """Expat's callbacks; finished rows with their numbers stand in ``done``.

    Called three times a cell and more: the open cell is held in plain attributes.
    """

    def __init__(self, reader: SheetReader) -> None:
        self._read_cell = reader.read_cell
        self._row = SheetRow()
        self._number = 0
        self._column = -1
        self._in_cell = False
        self._kind = "n"
        self._style = "0"
        self._formula = False
        self._text: list[str] = []
        self._collecting = False
        self._phonetic = False
        self.done: list[tuple[int, SheetRow]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._collecting = self._in_cell and not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._collecting = False
        elif name == "row":
            self.done.append((self._number, self._row))
        elif name == "rPh":
            self._phonetic = False

    def characters(self, piece: str) -> None:
        if self._collecting:
            self._text.append(piece)

    def _start_row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r", "")
        number = int(text) if text.isdecimal() and len(text) < 9 else self._number + 1
        if not self._number < number <= MAX_ROWS:
            raise BadXml(f"row {text or number} stands after row {self._number}")
        self._number, self._column, self._row = number, -1, SheetRow()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._in_cell, self._formula = True, False
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._text.clear()
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else column_of(reference.rstrip(_DIGITS))
        if self._column < column < MAX_COLUMNS:
            self._column = column
        else:
            detail = f"cell reference {(reference or '')[:20]!r} is out of order or none"
            self._row.problem = Problem("bad_cell_reference", detail)

    def _end_cell(self) -> None:
        self._in_cell = False
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        if text or self._formula or self._kind == "e":
            cell = Cell(self._kind, self._style, self._formula, text)
            self._read_cell(self._row, self._column, cell)


@lru_cache(MAX_COLUMNS)
def column_of(letters: str) -> int:
    """Return the position (from 0) of the column ``A``, ``B``, ... ``XFD``; -1 for what is none."""
    if not _LETTERS.fullmatch(letters):
        return -1
    number = 0
    for letter in letters:
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
