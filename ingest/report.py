"""The row-level report: one line a row with what became of it, as CSV or XLSX."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from catalog.tables.table_file import TableFile, check_target
from ingest.outcomes import RowOutcome

COLUMNS: dict[str, type] = {
    "row": int,
    "part_number": str,
    "outcome": str,
    "reason": str,
    "detail": str,
    "cleaning": str,
    "images_used": int,
    "images_missing": int,
    "images_failed": int,
    "image_problems": str,
    "segmentation": str,
}


FORMS = (".csv", ".xlsx")
KEPT_REPORTS = 20
"""So many reports stay beside the store: one of a large table takes tens of megabytes."""


class RowReport:
    """Writes the report row by row; a context manager. The ending of the file chooses the form."""

    def __init__(self, path: Path) -> None:
        """Start the report at ``path``; ``.csv`` and ``.xlsx`` are known."""
        check_report(path)
        self._table = TableFile(path, COLUMNS, forms=FORMS)
        self.path = path

    def add(self, row: RowOutcome) -> None:
        """Write one row; cells that a spreadsheet would run as formulas are made harmless."""
        self._table.write(_cells(row))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()


def check_report(path: Path) -> None:
    """Make the report's folder; UsageError for a name that no report can have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    check_target(path, FORMS)


def remove_old_reports(folder: Path) -> None:
    """Delete all but the newest reports that were written without a name of their own."""
    for path in sorted(folder.glob("ingest-*.csv"))[:-KEPT_REPORTS]:
        path.unlink(missing_ok=True)


def _cells(row: RowOutcome) -> list[Any]:
    problems = "; ".join(
        f"{failure.reference}: {failure.reason} ({failure.detail})" for failure in row.view_failures
    )
    cuts = "; ".join(f"{cut.reference}: {cut.text}" for cut in row.cuts)
    return [
        row.number,
        row.part_number,
        row.outcome,
        row.reason,
        row.detail,
        " ".join(row.events),
        row.images_used,
        row.images_missing,
        row.images_failed,
        problems,
        cuts,
    ]
