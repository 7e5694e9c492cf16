"""A table comes back as it was written, in every form, whatever its cells hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from catalog.errors import UsageError
from catalog.tables import table_file
from catalog.tables.table_file import TableFile, check_target

COLUMNS = {"part_number": str, "cluster": int, "score": float}
ROWS: list[tuple[Any, ...]] = [("=1+1", 3, 0.5), ("Ä\x00ß", None, None), ("007", -1, 1.0)]


def written(path: Path) -> pd.DataFrame:
    with TableFile(path, COLUMNS) as table:
        for row in ROWS:
            table.write(row)
    return read(path)


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"part_number": str})
    return pd.read_excel(path, dtype={"part_number": str})


@pytest.mark.parametrize("name", ["parts.csv", "parts.xlsx"])
def test_no_cell_of_a_spreadsheet_is_a_formula(tmp_path: Path, name: str) -> None:
    frame = written(tmp_path / name)
    assert list(frame.columns) == list(COLUMNS)
    assert frame["part_number"].tolist() == ["'=1+1", "Ä\ufffdß", "007"]
    assert frame["cluster"].isna().tolist() == [False, True, False]
    assert frame["score"].iloc[2] == 1.0


def test_parquet_keeps_texts_and_types(tmp_path: Path) -> None:
    frame = written(tmp_path / "parts.parquet")
    assert frame["part_number"].tolist() == ["=1+1", "Ä\x00ß", "007"]
    assert frame["cluster"].astype("Int64").tolist() == [3, pd.NA, -1]


def test_parquet_is_written_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "_PARQUET_ROWS", 2)
    assert len(written(tmp_path / "parts.parquet")) == 3


@pytest.mark.parametrize("name", ["empty.csv", "empty.xlsx", "empty.parquet"])
def test_a_table_without_rows_has_its_columns(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with TableFile(path, COLUMNS):
        pass
    frame = read(path)
    assert list(frame.columns) == list(COLUMNS)
    assert frame.empty


def test_a_long_table_goes_on_in_another_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "XLSX_ROWS", 2)
    path = tmp_path / "parts.xlsx"
    with TableFile(path, {"n": int}) as table:
        for number in range(3):
            table.write([number])
    sheets = pd.read_excel(path, sheet_name=None)
    assert [frame["n"].tolist() for frame in sheets.values()] == [[0], [1], [2]]


def test_targets_are_checked_before_the_work(tmp_path: Path) -> None:
    check_target(tmp_path / "hits.xlsx")
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx or \.parquet; got 'hits.txt'"):
        check_target(tmp_path / "hits.txt")
    with pytest.raises(UsageError, match="no folder"):
        check_target(tmp_path / "absent" / "hits.csv")
