"""The row report: every row, in order, formula-safe, as CSV or XLSX."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from catalog.errors import UsageError
from ingest.outcomes import RowOutcome, ViewFailure
from ingest.report import COLUMNS, KEPT_REPORTS, RowReport, remove_old_reports

ROWS = [
    RowOutcome(1, "=1+1", "created", events=("name_de_translated",), images_used=2),
    RowOutcome(2, "Ä\x00ß", "failed", "bad_part_number", "control\ncharacters"),
    RowOutcome(
        3,
        "4711",
        "updated",
        view_failures=(ViewFailure("a.jpg", "truncated", "cut"),),
        images_failed=1,
    ),
]


def _written(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    sheet = openpyxl.load_workbook(path)["rows"]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]


@pytest.mark.parametrize("name", ["report.csv", "report.XLSX"])
def test_every_row_is_there_and_no_cell_is_a_formula(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new folder" / name
    with RowReport(path) as report:
        for row in ROWS:
            report.add(row)
    written = _written(path.with_suffix(path.suffix))
    assert written[0] == list(COLUMNS)
    assert [row[:4] for row in written[1:]] == [
        ["1", "'=1+1", "created", ""],
        ["2", "Ä\ufffdß", "failed", "bad_part_number"],
        ["3", "4711", "updated", ""],
    ]
    assert written[3][list(COLUMNS).index("image_problems")] == "a.jpg: truncated (cut)"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx; got 'report.pdf'"):
        RowReport(tmp_path / "report.pdf")


def test_only_the_newest_reports_stay(tmp_path: Path) -> None:
    named = tmp_path / "mine.csv"
    written = [tmp_path / f"ingest-2026{number:04}.csv" for number in range(KEPT_REPORTS + 3)]
    for path in (named, *written):
        path.touch()
    remove_old_reports(tmp_path)
    assert sorted(tmp_path.iterdir()) == [*written[3:], named]
