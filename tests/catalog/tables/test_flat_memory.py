"""Reading a table takes the memory of a batch, however many rows there are."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import openpyxl
import pytest

from catalog.tables.columns.mapping import guess_mapping
from catalog.tables.source import open_table

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

HEAD = ["Artikelnummer", "Bezeichnung", "Gewicht", "Bild"]


def cells(number: int) -> list[str]:
    return [f"{number:08d}", f"Sechskantschraube {number}", f"{number},5", f"p/{number}.jpg"]


def write(folder: Path, kind: str, rows: int) -> Path:
    path = folder / f"{rows}.{kind}"
    if kind == "csv":
        lines = (";".join(line) for line in (HEAD, *map(cells, range(rows))))
        path.write_text("\n".join(lines), encoding="utf-8")
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        for line in (HEAD, *map(cells, range(rows))):
            book.active.append(line)
        book.save(path)
    else:
        columns = zip(*map(cells, range(rows)), strict=True)
        table = pa.table(dict(zip(HEAD, map(list, columns), strict=True)))
        pq.write_table(table, path, row_group_size=1000)
    return path


def peak(path: Path) -> int:
    """Return the bytes of Python memory that reading takes at most."""
    table = open_table(path)
    mapping = guess_mapping(table.columns)
    tracemalloc.start()
    try:
        for row in table.rows():
            mapping.apply(row)  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_memory_does_not_follow_the_rows(tmp_path: Path, kind: str) -> None:
    rows = {"csv": 5_000, "xlsx": 1_500, "parquet": 10_000}[kind]  # more than is read at once
    few, many = (peak(write(tmp_path, kind, count)) for count in (rows, 3 * rows))
    assert many < few * 1.2 + 500_000
