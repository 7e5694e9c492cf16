"""A corpus of broken tables, each with the exact outcome it must have.

A table either cannot be used at all, and one line says why; or each broken row costs that row
alone and is counted by its reason, and the good rows come out whole.
"""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import UnusableTable
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.source import open_table
from tests.catalog.tables.making import (
    number_cell,
    sheet_xml,
    text_file,
    write_xlsx,
    write_zip,
    xlsx_parts,
)

HEAD = "Artikelnummer;Bezeichnung;Gewicht\n"
HEAD_CELLS = ("Artikelnummer", "Bezeichnung", "Gewicht")
Maker = Callable[[Path], Path]


@dataclass(frozen=True)
class Broken:
    """A table that can be read in part. ``good`` are the part numbers that must come out."""

    name: str
    make: Maker
    good: tuple[str, ...] = ()
    bad: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unusable:
    """A table that cannot be read; the message must hold every one of the fragments."""

    name: str
    make: Maker
    says: tuple[str, ...]


def csv_text(text: str, encoding: str = "utf-8") -> Maker:
    return lambda folder: text_file(folder / "parts.csv", text, encoding)


def raw(content: bytes, name: str = "parts.csv") -> Maker:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def excel(*rows: tuple[str, ...], formats: tuple[str, ...] = ()) -> Maker:
    return lambda folder: write_xlsx(folder / "parts.xlsx", [HEAD_CELLS, *rows], formats)


def archive(parts: Mapping[str, str | bytes]) -> Maker:
    return lambda folder: write_zip(folder / "parts.xlsx", parts)


def one_sheet(xml: str, strings: str | None = None) -> dict[str, str]:
    return xlsx_parts({"Parts": xml}, strings=strings)


def encrypted_zip(folder: Path) -> Path:
    path = write_xlsx(folder / "parts.xlsx", [HEAD_CELLS, ("1", "a", "2")])
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


def truncated_zip(folder: Path) -> Path:
    path = write_xlsx(folder / "parts.xlsx", [HEAD_CELLS, ("1", "a", "2")])
    path.write_bytes(path.read_bytes()[:-200])
    return path


def zip_bomb(folder: Path) -> Path:
    path = folder / "parts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in one_sheet(sheet_xml([HEAD_CELLS])).items():
            bomb.writestr(name, content)
        with bomb.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(80):
                part.write(b"0" * (1 << 20))
    return path


def truncated_parquet(folder: Path) -> Path:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = folder / "parts.parquet"
    parquet.write_table(pa.table({"part_number": ["1", "2"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    return path


BROKEN = (
    Broken("short row", csv_text(HEAD + "1;a;2\n2;b\n3;c;4\n"), ("1", "3"), {"too_few_cells": 1}),
    Broken("long row", csv_text(HEAD + "1;a;2\n2;b;c;d\n"), ("1",), {"too_many_cells": 1}),
    Broken("empty cells behind the last column", csv_text(HEAD + "1;a;2;;;\n2;b;3\n"), ("1", "2")),
    Broken(
        "blank line between rows", csv_text(HEAD + "1;a;2\n\n2;b;3\n"), ("1", "2"), {"empty_row": 1}
    ),
    Broken("row of empty cells", csv_text(HEAD + ";;\n \t;;\n1;a;2\n"), ("1",), {"empty_row": 2}),
    Broken("empty rows at the end are none", csv_text(HEAD + "1;a;2\n;;\n;;\n\n"), ("1",)),
    Broken(
        "header on every page",
        csv_text(HEAD + "1;a;2\n" + HEAD + "2;b;3\n"),
        ("1", "2"),
        {"repeated_header": 1},
    ),
    Broken("header alone", csv_text(HEAD)),
    Broken("header without line end", csv_text(HEAD.strip())),
    Broken("last row without line end", csv_text(HEAD + "1;a;2"), ("1",)),
    Broken(
        "quote never closed, to the end of the file",
        csv_text(HEAD + '1;"a;2\n2;b;3\n3;c;4\n'),
        ("2", "3"),
        {"unclosed_quote": 1},
    ),
    Broken(
        "quote never closed, the next row has quotes of its own",
        csv_text(HEAD + '"1";"a;"2"\n"2";"b";"3"\n'),
        ("2",),
        {"bad_quote": 1},
    ),
    Broken(
        "quote closed by a quote many rows below",
        csv_text(HEAD + '1;"a;2\n2;b;3\n3;c;4\n4;d";5\n5;e;6\n'),
        ("2", "3", "4", "5"),
        {"unclosed_quote": 1},
    ),
    Broken(
        "quote closed in another column many rows below",
        csv_text(HEAD + '1;a;"2\n2;b;3\n3;c;4\n4;d";5\n5;e;6\n'),
        ("2", "3", "4", "5"),
        {"unclosed_quote": 1},
    ),
    Broken(
        "quote never closed before two thousand rows",
        csv_text(HEAD + '0;"a;2\n' + "".join(f"{at};b;3\n" for at in range(1, 2001))),
        tuple(map(str, range(1, 2001))),
        {"unclosed_quote": 1},
    ),
    Broken(
        "text behind a closing quote",
        csv_text(HEAD + '1;"Schraube" M8;2\n2;b;3\n'),
        ("2",),
        {"bad_quote": 1},
    ),
    Broken("quote inside a cell is an inch", csv_text(HEAD + '1;Rohr 1/2";2\n'), ("1",)),
    Broken("NUL in a row", csv_text(HEAD + "1;a\0b;2\n2;b;3\n"), ("2",), {"nul_byte": 1}),
    Broken(
        "NUL inside a quoted cell",
        csv_text(HEAD + '1;"a\nb\0";2\n2;b;3\n'),
        ("2",),
        {"nul_byte": 1},
    ),
    Broken(
        "one byte that is not UTF-8",
        raw((HEAD + "1;Gerät;2\n2;Öl;3\n").encode() + b"3;\xe4;4\n"),
        ("1", "2"),
        {"bad_encoding": 1},
        ("1 bytes are not UTF-8",),
    ),
    Broken(
        "cp1252",
        csv_text(HEAD + "1;Öldruckgerät;2\n", "cp1252"),
        ("1",),
        notices=("read as cp1252", "check the umlauts"),
    ),
    Broken(
        "a byte that cp1252 does not have",
        raw((HEAD + "1;Gerät;2\n").encode("cp1252") + b"2;\x81;3\n"),
        ("1",),
        {"bad_encoding": 1},
        ("read as cp1252",),
    ),
    Broken(
        "UTF-16 without a mark",
        csv_text(HEAD + "1;Öl;2\n", "utf-16-le"),
        ("1",),
        notices=("UTF-16-LE",),
    ),
    Broken(
        "UTF-16 that ends within a character",
        raw((HEAD + "1;Öl;2\n2;b;3\n").encode("utf-16") + b"\x34"),
        ("1", "2"),
        {"bad_encoding": 1},
    ),
    Broken(
        "cell beyond the limit",
        csv_text(HEAD + f"1;{'x' * 131_073};2\n2;b;3\n"),
        ("2",),
        {"cell_too_long": 1},
    ),
    Broken(
        "quoted cell beyond the limit",
        csv_text(HEAD + f'1;"{"x" * 131_073}";2\n2;b;3\n'),
        ("2",),
        {"cell_too_long": 1},
    ),
    Broken(
        "line beyond the limit",
        csv_text(HEAD + "1;" + "x;" * (3 << 20) + "\n2;b;3\n"),
        ("2",),
        {"line_too_long": 1},
    ),
    Broken(
        "headings that repeat or are empty",
        csv_text("Artikelnummer;Bild;Bild;\n1;a.jpg;b.jpg;\n"),
        ("1",),
        notices=("'Bild (2)'", "'column 4'"),
    ),
    Broken(
        "lines above the header",
        csv_text("Ersatzteile Werk 1\nStand: 1.2.2026; Seite 1\n\n" + HEAD + "1;a;2\n"),
        ("1",),
        notices=("3 lines above the header are passed over",),
    ),
    Broken(
        "quote never closed above the header",
        csv_text('Liste "Ersatzteile\n"Werk 1;;\n' + HEAD + "1;a;2\n"),
        ("1",),
        notices=("2 lines above the header are passed over",),
    ),
    Broken(
        "old Mac line ends", csv_text((HEAD + "1;a;2\n2;b;3\n").replace("\n", "\r")), ("1", "2")
    ),
    Broken(
        "error cells",
        excel(("1", '<c t="e"><v>#N/A</v></c>', "2"), ("2", "b", '<c t="e"><v>#REF!</v></c>')),
        ("1", "2"),
        notices=(
            "column 'Bezeichnung': 1 cells hold #N/A: read as empty",
            "column 'Gewicht': 1 cells hold #REF!: read as empty",
        ),
    ),
    Broken(
        "formula that was never calculated",
        excel(("1", "a", "<c><f>1+1</f></c>")),
        ("1",),
        notices=("column 'Gewicht': 1 cells hold formula without a stored value",),
    ),
    Broken(
        "number that is none",
        excel(("1", "a", number_cell("12abc")), ("2", "b", number_cell("1e999"))),
        ("1", "2"),
        notices=("'12abc' is no number", "'1e999' is no number"),
    ),
    Broken(
        "date serial out of range",
        excel(("1", "a", number_cell("99999999", 1)), formats=("yyyy-mm-dd",)),
        ("1",),
        notices=("column 'Gewicht': 1 cells hold unreadable cell",),
    ),
    Broken(
        "shared string that is not there",
        archive(one_sheet(sheet_xml([HEAD_CELLS, ("1", '<c t="s"><v>7</v></c>', "2")]), "")),
        ("1",),
        notices=("shared string 7 of 0",),
    ),
    Broken(
        "cell references out of order",
        excel(('<c r="B2"/>', '<c r="A2"><v>1</v></c>', "a"), ("2", "b", "3")),
        ("2",),
        {"bad_cell_reference": 1},
    ),
    Broken(
        "Excel cell beyond the limit",
        excel(("1", "x" * 131_073, "2"), ("2", "b", "3")),
        ("2",),
        {"cell_too_long": 1},
    ),
    Broken(
        "Excel cells right of the last heading",
        excel(("1", "a", "2", "a note"), ("2", "b", "3")),
        ("1", "2"),
        notices=("1 rows have cells right of the last heading",),
    ),
    Broken("Excel row of nothing", excel(("", " ", ""), ("1", "a", "2")), ("1",), {"empty_row": 1}),
    Broken(
        "style that is not there",
        excel(("1", "a", number_cell("2", 77))),
        ("1",),
    ),
)

UNUSABLE = (
    Unusable("empty file", raw(b""), ("parts.csv is empty", "a header row")),
    Unusable("blank lines", raw(b"\n \n\r\n"), ("parts.csv is empty",)),
    Unusable("byte order mark alone", raw(b"\xef\xbb\xbf"), ("parts.csv is empty",)),
    Unusable("delimiters alone", raw(b";;;\n;;;\n"), ("parts.csv is empty",)),
    Unusable("random bytes", raw(bytes(range(256)) * 20), ("holds binary data", ".xlsx")),
    Unusable("folder", lambda folder: folder, ("is a folder", "allowed are CSV")),
    Unusable("absent", lambda folder: folder / "no.csv", ("there is no table", "no.csv")),
    Unusable("gzip", raw(b"\x1f\x8b\x08\x00" + b"x" * 50), ("gzip", "unpack it first")),
    Unusable("PDF", raw(b"%PDF-1.7 ..."), ("is a PDF",)),
    Unusable("picture", raw(b"\x89PNG\r\n\x1a\n" + bytes(50)), ("is an image",)),
    Unusable(
        "HTML named .xls", raw(b"<html><table></table>", "parts.xls"), ("HTML", "save it as .xlsx")
    ),
    Unusable("JSON", raw(b'{"parts": []}', "parts.json"), ("is JSON",)),
    Unusable(
        "old .xls", raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "p.xls"), ("old .xls",)
    ),
    Unusable(
        "password",
        raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "p.xlsx"),
        ("protected by a password", "save it without one"),
    ),
    Unusable("encrypted archive", encrypted_zip, ("is encrypted",)),
    Unusable("truncated .xlsx", truncated_zip, ("is damaged", "save it again in Excel")),
    Unusable("any archive", archive({"readme.txt": "x"}), ("no workbook",)),
    Unusable("binary workbook", archive({"xl/workbook.bin": "x"}), (".xlsb", "save it as .xlsx")),
    Unusable(
        "macros",
        archive(one_sheet(sheet_xml([HEAD_CELLS])) | {"xl/vbaProject.bin": "x"}),
        ("holds macros",),
    ),
    Unusable("zip bomb", zip_bomb, ("xl/sharedStrings.xml unpacks to 80 MiB", "zip bomb")),
    Unusable(
        "entities",
        archive(one_sheet('<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>')),
        ("a document type is declared",),
    ),
    Unusable("no sheet", archive(xlsx_parts({})), ("no worksheet",)),
    Unusable("empty sheet", archive(one_sheet(sheet_xml([]))), ("'Parts' is empty",)),
    Unusable("broken XML", archive(one_sheet("<worksheet><row>")), ("'Parts' is damaged",)),
    Unusable(
        "rows out of order",
        archive(one_sheet('<worksheet><row r="9"/><row r="2"/></worksheet>')),
        ("row 2 stands after row 9",),
    ),
    Unusable(
        "workbook that is no XML",
        archive(one_sheet(sheet_xml([HEAD_CELLS])) | {"xl/workbook.xml": b"\x00\x01"}),
        ("xl/workbook.xml is damaged",),
    ),
    Unusable(
        "styles that make no sense",
        archive(
            one_sheet(sheet_xml([HEAD_CELLS]))
            | {"xl/styles.xml": '<s><cellXfs><xf numFmtId="x"/></cellXfs></s>'}
        ),
        ("xl/styles.xml is damaged",),
    ),
    Unusable("truncated Parquet", truncated_parquet, ("cannot be read as Parquet", "damaged")),
    Unusable(
        "Parquet that is none",
        raw(b"PAR1" + struct.pack("<i", 99) + b"PAR1", "p.parquet"),
        ("cannot be read as Parquet",),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_costs_its_broken_rows_alone(case: Broken, tmp_path: Path) -> None:
    table = open_table(case.make(tmp_path))
    rows = list(table.rows())

    bad = Counter(row.reason for row in rows if isinstance(row, BadRow))
    good = [row.values[table.columns[0]] for row in rows if not isinstance(row, BadRow)]
    assert good == list(case.good)
    assert bad == Counter(case.bad)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    notices = " / ".join(table.notices)
    for fragment in case.notices:
        assert fragment in notices
    if not case.notices:
        assert not notices


@pytest.mark.parametrize("case", UNUSABLE, ids=lambda case: case.name)
def test_says_in_one_line_why_it_cannot_be_used(case: Unusable, tmp_path: Path) -> None:
    path = case.make(tmp_path)

    with pytest.raises(UnusableTable) as caught:
        list(open_table(path).rows())

    message = str(caught.value)
    assert "\n" not in message
    for fragment in case.says:
        assert fragment in message


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


def assert_read_or_refused(path: Path) -> None:
    try:
        table = open_table(path)
        rows = list(table.rows())
    except UnusableTable:
        return
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    good = [row for row in rows if isinstance(row, TableRow)]
    assert all(set(row.values) == set(table.columns) for row in good)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(scratch: Path, content: bytes) -> None:
    path = scratch / "parts.csv"
    path.write_bytes(content)
    assert_read_or_refused(path)


@settings(max_examples=60, deadline=None)
@given(
    part=st.sampled_from(["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/s1.xml"]),
    at=st.integers(0, 2000),
    cut=st.integers(0, 30),
    put=st.sampled_from([b"", b"<", b'"', b"\0", b"\xff", b"&#0;", b"999999999999", b"-", b"<c>"]),
)
def test_any_damaged_workbook_is_read_or_refused(
    scratch: Path, part: str, at: int, cut: int, put: bytes
) -> None:
    sheet = sheet_xml([HEAD_CELLS, *((str(row), number_cell("7", 1), "x") for row in range(9))])
    parts: dict[str, str | bytes] = dict(xlsx_parts({"Parts": sheet}, ["00000"]))
    whole = str(parts[part]).encode()
    at %= len(whole)
    parts[part] = whole[:at] + put + whole[at + cut :]
    assert_read_or_refused(write_zip(scratch / "parts.xlsx", parts))


def test_holds_at_least_sixty_broken_tables() -> None:
    names = [case.name for case in (*BROKEN, *UNUSABLE)]
    assert len(set(names)) == len(names) >= 60
