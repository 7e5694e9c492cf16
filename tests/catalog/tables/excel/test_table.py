from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from catalog.errors import UnknownName, UsageError
from catalog.tables.contract import TableSource
from catalog.tables.rows import TableRow
from catalog.tables.source import open_table
from tests.catalog.tables.making import (
    number_cell,
    sheet_xml,
    text_cell,
    write_xlsx,
    write_zip,
    xlsx_parts,
)

HEAD = ("Artikelnummer", "Bezeichnung")


def rows(table: TableSource) -> list[TableRow]:
    all_rows = list(table.rows())
    return [row for row in all_rows if isinstance(row, TableRow)]


def first_column(table: TableSource) -> list[str | None]:
    return [row.values[table.columns[0]] for row in rows(table)]


def test_reads_what_openpyxl_writes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Artikelnummer", "Bezeichnung", "Gewicht [kg]", "Stand", "Aktiv"])
    sheet.append(["007", "Öldruck\ngerät", 12.5, date(2026, 3, 1), True])
    sheet.append([1001, None, 1.0, datetime(2026, 3, 1, 8, 30), False])
    sheet["A3"].number_format = "000000"
    book.save(tmp_path / "parts.xlsx")

    table = open_table(tmp_path / "parts.xlsx")

    assert table.columns == ("Artikelnummer", "Bezeichnung", "Gewicht [kg]", "Stand", "Aktiv")
    assert [tuple(row.values.values()) for row in rows(table)] == [
        ("007", "Öldruck\ngerät", "12.5", "2026-03-01", "TRUE"),
        ("001001", None, "1", "2026-03-01T08:30:00", "FALSE"),
    ]
    assert [dict(row.doubts) for row in rows(table)] == [{"Stand": "date"}] * 2
    assert table.notices == ()


@pytest.mark.parametrize("number", ["2004E205", "007", "1.10", "TRUE", "NA", "None", "#N/A", "=A1"])
def test_keeps_texts_as_written(tmp_path: Path, number: str) -> None:
    table = open_table(write_xlsx(tmp_path / "p.xlsx", [HEAD, (number, "x")]))
    assert first_column(table) == [number]


@pytest.mark.parametrize(
    ("raw", "code", "shown", "doubts"),
    [
        ("123.0", "General", "123", {}),
        ("7", "00000", "00007", {}),
        ("1.1000000000000001", "0.00", "1.10", {}),
        ("46082", "dd.mm.yyyy", "2026-03-01", {"Artikelnummer": "date"}),
        ("1200000", "0.00E+00", "1200000", {"Artikelnummer": "scientific"}),
        ("12345678901234567", "0", "12345678901234567", {"Artikelnummer": "digits_lost"}),
    ],
)
def test_part_numbers_stored_as_numbers(
    tmp_path: Path, raw: str, code: str, shown: str, doubts: dict[str, str]
) -> None:
    path = write_xlsx(tmp_path / "p.xlsx", [HEAD, (number_cell(raw, 1), "x")], [code])
    (row,) = rows(open_table(path))
    assert row.values["Artikelnummer"] == shown
    assert row.doubts == doubts


def test_dates_of_old_macs_count_from_1904(tmp_path: Path) -> None:
    xml = sheet_xml([HEAD, ("1", number_cell("44620", 1))])
    parts = xlsx_parts({"Parts": xml}, ["yyyy-mm-dd"], date1904=True)
    (row,) = rows(open_table(write_zip(tmp_path / "p.xlsx", parts)))
    assert row.values["Bezeichnung"] == "2026-03-01"


def test_cells_of_every_kind(tmp_path: Path) -> None:
    cells = (
        '<c t="s"><v>0</v></c>',
        '<c t="s"><v>1</v></c>',
        '<c t="str"><f>A1</f><v>from a formula</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
        '<c t="d"><v>2026-03-01</v></c>',
        '<c t="str"><f>""</f><v></v></c>',
        "<c><is/></c>",
    )
    strings = (
        "<si><r><t>Öl</t></r><r><t xml:space='preserve'>filter </t></r>"
        "<rPh sb='0' eb='1'><t>phonetic</t></rPh></si><si><t>a_x000D_b _x005F_x0041_</t></si>"
    )
    xml = sheet_xml([tuple("abcdefg"), cells])
    path = write_zip(tmp_path / "p.xlsx", xlsx_parts({"P": xml}, strings=strings))

    (row,) = rows(open_table(path))

    assert list(row.values.values()) == [
        "Ölfilter ",
        "a\rb _x0041_",
        "from a formula",
        "2",
        "2026-03-01",
        None,
        None,
    ]


def test_reads_prefixed_tags_and_gaps(tmp_path: Path) -> None:
    xml = (
        '<x:worksheet xmlns:x="urn:main"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr"><x:is>'
        '<x:t>SKU</x:t></x:is></x:c></x:row><x:row r="5"><x:c r="B5"><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    table = open_table(write_zip(tmp_path / "p.xlsx", xlsx_parts({"P": xml})))
    assert table.columns == ("column 1", "SKU")
    all_rows = list(table.rows())
    assert [row.number for row in all_rows] == [1, 2, 3]
    assert first_column(table) == [None]
    assert rows(table)[0].values["SKU"] == "7"


def test_chooses_the_shown_sheet_with_known_headings(tmp_path: Path) -> None:
    sheets = {
        "Info": sheet_xml([("Stand", "2026"), ("Autor", "x")]),
        "Alt": sheet_xml([("Artikelnummer", "Bezeichnung", "Gewicht"), ("9", "z", "1")]),
        "Teile": sheet_xml([HEAD, ("1", "a")]),
    }
    path = write_zip(tmp_path / "p.xlsx", xlsx_parts(sheets, hidden=["Alt"]))

    table = open_table(path)

    assert first_column(table) == ["1"]
    assert table.notices == ("sheet 'Teile' is read; not read: 'Info', 'Alt'",)
    assert first_column(open_table(path, sheet="Alt")) == ["9"]


def test_names_the_sheets_there_are(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "p.xlsx", [HEAD])
    with pytest.raises(UnknownName, match="unknown sheet 'parts'; did you mean 'Parts'"):
        open_table(path, sheet="parts")


def test_a_sheet_is_for_excel_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("SKU;Name\n1;a\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a sheet is for an \.xlsx file; got 'Parts'"):
        open_table(path, sheet="Parts")


def test_passes_over_a_preamble(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "p.xlsx", [("Ersatzteile",), (), HEAD, ("1", "a")])
    table = open_table(path)
    assert table.columns == HEAD
    assert table.notices == ("2 rows above the header are passed over",)
    assert [row.number for row in rows(table)] == [1]


def test_reads_as_often_as_asked_and_counts_anew(tmp_path: Path) -> None:
    error = '<c t="e"><v>#N/A</v></c>'
    table = open_table(write_xlsx(tmp_path / "p.xlsx", [HEAD, ("1", error), ("2", error)]))
    assert list(table.rows()) == list(table.rows())
    assert table.notices == ("column 'Bezeichnung': 2 cells hold #N/A: read as empty",)


def test_damage_further_down_comes_after_the_rows_before_it(tmp_path: Path) -> None:
    whole = sheet_xml([HEAD, *((str(at), "x" * 50) for at in range(5000))])
    damaged = whole[: len(whole) // 2] + "<broken"
    table = open_table(write_zip(tmp_path / "p.xlsx", xlsx_parts({"P": damaged})))
    seen: list[int] = []
    with pytest.raises(UsageError, match="sheet 'P' is damaged"):
        seen.extend(row.number for row in table.rows())
    assert 2000 < len(seen) < 3000


def test_text_that_looks_like_xml_stays_text(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "p.xlsx", [HEAD, (text_cell("<b>&amp;"), "x")])
    assert first_column(open_table(path)) == ["<b>&amp;"]
