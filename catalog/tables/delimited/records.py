"""From the lines of a delimited text to records, so that one broken record costs that record alone.

The csv module reads whatever holds a quote; the lines between are split directly, which is the
same and faster. After a broken record reading goes on at its second line, hence a quote that is
never closed costs one line and not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TextIO

from catalog.tables.assembly import RAW_LENGTH, Problem

QUOTE = '"'
MAX_LINE = 4 << 20
"""Characters; a longer line is passed over."""
MAX_CELL = 131_072
"""Characters, the csv module's own limit."""
MAX_RECORD_LINES = 1000
"""A quoted cell over more lines than this counts as one whose quote was never closed."""

ROWS_BY_CHANCE = 6
"""So many delimiters, shared out over the lines of a quoted record as over rows, are no chance."""


@dataclass(frozen=True, slots=True)
class TextRecord:
    """The cells of one record, or its problem, and where it begins (lines count from 1)."""

    line: int
    cells: list[str] | Problem


def read_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines with their ends; of one longer than MAX_LINE only its beginning.

    The file must be opened with ``newline=""``.
    """
    for line in iter(partial(file.readline, MAX_LINE), ""):
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            for rest in iter(partial(file.readline, MAX_LINE), ""):
                if len(rest) < MAX_LINE or rest.endswith(("\n", "\r")):
                    break
        yield line


def read_records(
    lines: Iterable[str], delimiter: str, *, width: int | None = None, damaged: bool = False
) -> Iterator[TextRecord]:
    """Yield every record of the text.

    Reasons of problems: ``line_too_long, cell_too_long, nul_byte, bad_encoding, unclosed_quote,
    bad_quote``. ``width`` is the number of cells of a whole row, where it is known; ``damaged``
    says that U+FFFD marks bytes that could not be decoded.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    for line in feed.first_lines():
        start = feed.line
        problem = _line_problem(line, damaged)
        if problem:
            yield TextRecord(start, problem)
        elif QUOTE not in line:
            yield TextRecord(start, _split(line, delimiter))
        else:
            try:
                cells = next(reader)
            except csv.Error as error:
                yield TextRecord(start, feed.take_back(str(error)))
                reader = csv.reader(feed, delimiter=delimiter, strict=True)
            else:
                yield TextRecord(start, feed.checked(cells, delimiter, width, damaged=damaged))


def _split(line: str, delimiter: str) -> list[str] | Problem:
    cells = line.rstrip("\r\n").split(delimiter)
    if len(line) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
        return _cell_too_long(line)
    return cells


def _line_problem(line: str, damaged: bool) -> Problem | None:
    if "\0" in line:
        return Problem("nul_byte", "the row holds NUL bytes", line[:RAW_LENGTH])
    if damaged and "\ufffd" in line:
        return Problem("bad_encoding", "the row holds undecodable bytes", line[:RAW_LENGTH])
    if len(line) >= MAX_LINE:
        detail = f"a line holds at most {MAX_LINE} characters"
        return Problem("line_too_long", detail, line[:RAW_LENGTH])
    return None


def _cell_too_long(raw: str) -> Problem:
    detail = f"a cell holds at most {MAX_CELL} characters"
    return Problem("cell_too_long", detail, raw[:RAW_LENGTH])


class _Feed:
    """Hands lines to the csv reader, one record at a time, and can take them back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._first: str | None = None
        self.line = 0

    def first_lines(self) -> Iterator[str]:
        """Yield the first line of each record; a csv reader on the feed gets it again."""
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self.line += 1
            self._first = line
            self._taken.clear()
            yield line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._first is not None:
            line, self._first = self._first, None
        else:
            if len(self._taken) >= MAX_RECORD_LINES:
                raise csv.Error("unexpected end of data")
            line = self._again.popleft() if self._again else next(self._lines)
            self.line += 1
        self._taken.append(line)
        return line

    def take_back(self, error: str) -> Problem:
        """Return the problem of the record's first line; its other lines are read anew."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        self.line -= len(others)
        if "field limit" in error and not others:
            return _cell_too_long(first)
        if others or "end of data" in error:
            detail = "a quote is opened here and never closed before the next cell or line ends"
            return Problem("unclosed_quote", detail, first[:RAW_LENGTH])
        detail = 'text stands after a closing quote; quotes inside a quoted cell are written ""'
        return Problem("bad_quote", detail, first[:RAW_LENGTH])

    def checked(
        self, cells: list[str], delimiter: str, width: int | None, *, damaged: bool
    ) -> list[str] | Problem:
        """Return the record, unless whole rows seem to be caught inside one of its quoted cells."""
        if len(self._taken) > 1 and self._holds_rows(delimiter, (width or len(cells)) - 1):
            return self.take_back("unexpected end of data")
        for line in self._taken[1:]:
            problem = _line_problem(line, damaged)
            if problem:
                return problem
        return cells

    def _holds_rows(self, delimiter: str, per_row: int) -> bool:
        """Return whether every line has as many delimiters as a row, and enough to be no chance.

        In a row over several lines they are shared out between its first and last line.
        """
        if per_row * len(self._taken) < ROWS_BY_CHANCE:
            return False
        return all(line.count(delimiter) == per_row for line in self._taken)
