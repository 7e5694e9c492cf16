from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UnknownName, UsageError
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.source import open_table
from tests.catalog.tables.making import text_file

TABLE = "SKU;Name;Foto\n1;a;x.jpg\n2;b;\n3\n4; ;y.jpg\n5;c;z.jpg\n6;d;w.jpg\n"


def test_rows_without_a_required_cell_are_counted(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", TABLE)

    rows = list(open_table(path, require=["Name", "Foto"]).rows())

    assert [row.number for row in rows if isinstance(row, TableRow)] == [1, 5, 6]
    assert [(row.number, row.reason) for row in rows if isinstance(row, BadRow)] == [
        (2, "missing_required"),
        (3, "too_few_cells"),
        (4, "missing_required"),
    ]


def test_the_limit_counts_good_rows_alone(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path / "p.csv", TABLE), require=["Foto"], limit=2)
    assert [row.number for row in table.rows()] == [1, 2, 3, 4]
    assert [row.number for row in table.rows()] == [1, 2, 3, 4]


def test_a_frame_can_be_limited() -> None:
    table = open_table(pd.DataFrame({"SKU": ["1", "2", "3"]}), limit=1)
    assert [row.number for row in table.rows()] == [1]


def test_a_required_column_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="unknown required column 'Fotos'; did you mean 'Foto'"):
        open_table(text_file(tmp_path / "p.csv", TABLE), require=["Fotos"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"limit": 0}, "limit must be at least 1; got 0"),
        ({"page_step": 0}, "page step must be at least 1; got 0"),
        ({"records": "a.b"}, "record path is for an http.* address of JSON; got 'a.b'"),
    ],
)
def test_options_that_do_not_fit(tmp_path: Path, options: dict[str, object], says: str) -> None:
    path = text_file(tmp_path / "p.csv", TABLE)
    with pytest.raises(UsageError, match=says):
        open_table(path, **options)  # type: ignore[arg-type]
