"""Parquet files and DataFrames: values with types become the text they would be written as."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.errors import UnusableTable
from catalog.tables.cells import UnreadableCell, cell_text
from catalog.tables.contract import TableSource
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.source import open_table

TEXTUAL = ["2004E205", "007", "1.10", "TRUE", "NA", "None", "nan", "null", "1e5"]


def column(table: TableSource, name: str) -> list[str | None]:
    return [row.values[name] for row in table.rows() if isinstance(row, TableRow)]


def from_parquet(folder: Path, frame: pd.DataFrame) -> TableSource:
    frame.to_parquet(folder / "parts.parquet")
    return open_table(folder / "parts.parquet")


def from_frame(_: Path, frame: pd.DataFrame) -> TableSource:
    return open_table(frame)


both = pytest.mark.parametrize("source", [from_parquet, from_frame])
Source = Callable[[Path, pd.DataFrame], TableSource]


@both
@pytest.mark.parametrize("dtype", ["str", "object", "category", "string"])
def test_keeps_part_numbers_as_written(source: Source, tmp_path: Path, dtype: str) -> None:
    frame = pd.DataFrame({"part_number": pd.Series(TEXTUAL, dtype=dtype)})
    assert column(source(tmp_path, frame), "part_number") == TEXTUAL


@both
def test_whole_numbers_beside_gaps_stay_whole(source: Source, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "key": ["a", "b", "c"],
            "float64": [1001.0, np.nan, 0.5],
            "float32": pd.Series([1001, np.nan, 0.1], dtype="float32"),
            "Int64": pd.array([1001, None, 5], dtype="Int64"),
            "int": [1001, 2, 3],
            "bool": [True, False, True],
        }
    )
    table = source(tmp_path, frame)
    assert column(table, "float64") == ["1001", None, "0.5"]
    assert column(table, "float32") == ["1001", None, "0.1"]
    assert column(table, "Int64") == ["1001", None, "5"]
    assert column(table, "int") == ["1001", "2", "3"]
    assert column(table, "bool") == ["TRUE", "FALSE", "TRUE"]


@both
def test_dates_and_long_floats_are_in_doubt(source: Source, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "key": ["a", "b"],
            "day": [pd.Timestamp("2026-03-01"), pd.NaT],
            "long": [1e17, 1.0],
        }
    )
    table = source(tmp_path, frame)
    assert column(table, "day") == ["2026-03-01", None]
    doubts = [dict(row.doubts) for row in table.rows() if isinstance(row, TableRow)]
    assert doubts == [{"day": "date", "long": "digits_lost"}, {}]


@both
def test_rows_of_nothing_are_empty_rows(source: Source, tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [None, "x", None], "b": ["", "y", " "]}, dtype=object)
    rows = list(source(tmp_path, frame).rows())
    assert [type(row) for row in rows] == [BadRow, TableRow]
    assert rows[0] == BadRow(1, "empty_row", "every cell is empty")


def test_reads_every_type_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "key": ["a"],
            "decimal": pa.array([Decimal("1.10")]),
            "dictionary": pa.array(["x"]).dictionary_encode(),
            "images": pa.array([["a.jpg", "b.jpg"]]),
            "struct": pa.array([{"a": 1}]),
            "null": pa.nulls(1),
            "bytes": pa.array(["Öl".encode()]),
            "blob": pa.array([b"\xff\xfe"]),
            "nanoseconds": pa.array([1_772_323_200_000_000_001], pa.timestamp("ns")),
            "zoned": pa.array([datetime(2026, 3, 1, 8, tzinfo=UTC)], pa.timestamp("us", tz="UTC")),
            "time": pa.array([3_600_000_000_000], pa.time64("ns")),
            "duration": pa.array([3_600_000_000_000], pa.duration("ns")),
            "half": pa.array([np.float16(0.1)], pa.float16()),
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")

    source = open_table(tmp_path / "p.parquet")
    (row,) = source.rows()

    assert isinstance(row, TableRow)
    assert dict(row.values) == {
        "key": "a",
        "decimal": "1.10",
        "dictionary": "x",
        "images": "a.jpg\nb.jpg",
        "struct": '{"a": 1}',
        "null": None,
        "bytes": "Öl",
        "blob": None,
        "nanoseconds": "2026-03-01",
        "zoned": "2026-03-01T08:00:00+00:00",
        "time": "01:00:00",
        "duration": "1:00:00",
        "half": "0.1",
    }
    assert source.notices == ("column 'blob': 1 cells hold binary data: read as empty",)


def test_a_named_index_is_a_column() -> None:
    frame = pd.DataFrame({"SKU": ["007"], "Name": ["x"]}).set_index("SKU")
    table = open_table(frame)
    assert table.columns == ("SKU", "Name")
    assert table.notices == ("the index is read as column 'SKU'",)
    assert column(table, "SKU") == ["007"]


def test_columns_of_a_frame_get_plain_and_different_names() -> None:
    frame = pd.DataFrame([["a", "b", "c"]], columns=[1, "x", "x"])
    assert open_table(frame).columns == ("1", "x", "x (2)")
    frame.columns = pd.MultiIndex.from_tuples([("name", "de"), ("name", "en"), ("key", "")])
    assert open_table(frame).columns == ("name de", "name en", "key")


def test_more_rows_than_a_batch(tmp_path: Path) -> None:
    frame = pd.DataFrame({"key": [str(at) for at in range(25_000)]})
    frame.to_parquet(tmp_path / "p.parquet", row_group_size=7_000)
    for table in (open_table(frame), open_table(tmp_path / "p.parquet")):
        assert column(table, "key") == list(frame["key"])
        assert [row.number for row in table.rows()] == list(range(1, 25_001))


def test_nothing_at_all_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(UnusableTable, match="the DataFrame is empty"):
        open_table(pd.DataFrame())
    pq.write_table(pa.table({}), tmp_path / "p.parquet")
    with pytest.raises(UnusableTable, match=r"p\.parquet is empty"):
        open_table(tmp_path / "p.parquet")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(5), "5"),
        (np.float32(0.1), "0.1"),
        (np.array(["a", "b"]), "a\nb"),
        ([], None),
        (["a", None, 1.0, ["x"]], 'a\n1\n["x"]'),
        (pd.NA, None),
        (Decimal("NaN"), None),
        (Decimal("1E+3"), "1000"),
        (1e-7, "0.0000001"),
        (date(2026, 3, 1), "2026-03-01"),
        (time(8, 5), "08:05:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (10**20, "100000000000000000000"),
    ],
)
def test_text_of_a_value(value: Any, text: str | None) -> None:
    assert cell_text(value)[0] == text


@pytest.mark.parametrize("value", [object(), float("inf"), b"\xff", {1, 2}])
def test_values_without_text_are_unreadable(value: Any) -> None:
    with pytest.raises(UnreadableCell):
        cell_text(value)
