"""Which delimiter a text table uses, and on which line its header stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from catalog.tables.assembly import Problem
from catalog.tables.columns.header import (
    IsHeading,
    filled,
    find_header,
    known_headings,
    usual_width,
)
from catalog.tables.columns.headings import recognise
from catalog.tables.delimited.records import TextRecord, read_records

DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma"}
NO_DELIMITER = "\x1f"
"""Unit separator: splits nothing, for a table of one column."""
SAMPLED_RECORDS = 200
_NOTHING = "".join(DELIMITERS) + ' \r\n"\ufeff'
_DECLARED = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """``header`` are the cells of the header, which begins on ``line`` (counted from 1)."""

    delimiter: str
    line: int
    header: tuple[str, ...]


def sniff(lines: list[str], *, damaged: bool, is_heading: IsHeading = recognise) -> Dialect | None:
    """Return the dialect of a text that begins with these lines; None when it is blank.

    Each delimiter is tried on the whole sample. The best has a header with the most known
    headings, then the most records of the header's own width, then the most columns. A first line
    ``sep=;`` (Excel's own mark) decides.
    """
    if not any(line.strip(_NOTHING) for line in lines):
        return None
    declared = _DECLARED.match(lines[0]) if lines else None
    delimiters = [declared[1]] if declared else list(DELIMITERS)
    start = 1 if declared else 0
    trials = [
        _try(lines[start:], start, delimiter, damaged, is_heading) for delimiter in delimiters
    ]
    fitting = [trial for trial in trials if trial and trial[0] > (0, 0.5, 1)]
    if not fitting:
        alone = _try(lines[start:], start, NO_DELIMITER, damaged, is_heading)
        fitting = [alone] if alone else []
    return max(fitting, key=lambda trial: trial[0])[1] if fitting else None


def _try(
    lines: list[str], start: int, delimiter: str, damaged: bool, is_heading: IsHeading
) -> tuple[tuple[int, float, int], Dialect] | None:
    sample = islice(read_records(lines, delimiter, damaged=damaged), SAMPLED_RECORDS)
    records = [record for record in sample if filled(_cells(record))]
    if not records:
        return None
    cells = [_cells(record) for record in records]
    at = find_header(cells, is_heading)
    width = len(cells[at])
    below = cells[at:]
    share = sum(len(record) == width for record in below) / len(below)
    dialect = Dialect(delimiter, start + records[at].line, tuple(cells[at]))
    if width == 1 or usual_width(below) <= 1:
        return (0, 0.0, 0), dialect
    return (known_headings(cells[at], is_heading), round(share, 1), width), dialect


def _cells(record: TextRecord) -> list[str]:
    return [] if isinstance(record.cells, Problem) else record.cells
