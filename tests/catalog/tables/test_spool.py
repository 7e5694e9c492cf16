"""Rows of a costly source are read once and come back the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from catalog.errors import UnusableTable
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.spool import Spool

ROWS: list[TableRow | BadRow] = [
    TableRow(1, {"a": "Ä\n1", "b": None}),
    BadRow(2, "ragged_row", "too long", "x;y"),
    TableRow(3, {"a": "\ud800", "b": ""}, {"a": "date"}),
]


class _Counted:
    columns = ("a", "b")
    notices = ("slow",)

    def __init__(self, *, fails: bool = False) -> None:
        self.readings = 0
        self.fails = fails

    def rows(self) -> Iterator[TableRow | BadRow]:
        self.readings += 1
        yield from ROWS
        if self.fails:
            raise UnusableTable("page 2 does not answer")


def test_the_source_is_read_once_and_the_rows_come_back() -> None:
    source = _Counted()
    spool = Spool(source)
    assert spool.columns == ("a", "b")
    assert spool.notices == ("slow",)
    readings = [list(spool.rows()) for _ in range(3)]
    assert readings == [ROWS, ROWS, ROWS]
    assert source.readings == 1
    spool.close()


def test_a_reading_that_stops_early_or_fails_is_not_kept() -> None:
    source = _Counted()
    spool = Spool(source)
    assert list(islice(spool.rows(), 1)) == ROWS[:1]
    assert list(spool.rows()) == ROWS
    assert source.readings == 2
    spool.close()
    failing = Spool(_Counted(fails=True))
    with pytest.raises(UnusableTable, match="page 2"):
        list(failing.rows())
