from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tables.contract import TableSource
from catalog.tables.delimited.records import MAX_CELL, TextRecord, read_lines, read_records
from catalog.tables.rows import BadRow, TableRow
from catalog.tables.source import open_table
from tests.catalog.tables.making import text_file

TEXTUAL = ("2004E205", "007", "1.10", "TRUE", "NA", "None", "nan", "null", "1e5", "12-05", "=1+1")


def good(table: TableSource) -> list[list[str | None]]:
    rows = list(table.rows())
    assert not [row for row in rows if isinstance(row, BadRow)]
    return [list(row.values.values()) for row in rows if isinstance(row, TableRow)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
def test_reads_every_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [["Teilenummer", "Bezeichnung", "Gewicht"], ["007", "Dichtungsring für Öl", "0"]]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)

    table = open_table(text_file(tmp_path / "parts.csv", text, encoding))

    assert list(table.columns) == lines[0]
    assert good(table) == lines[1:]


def test_reads_big_endian_utf16_with_its_mark(tmp_path: Path) -> None:
    path = text_file(tmp_path / "parts.csv", "\ufeffSKU;Name\n1;Öl\n", "utf-16-be")
    assert good(open_table(path)) == [["1", "Öl"]]


@pytest.mark.parametrize("number", TEXTUAL)
def test_keeps_part_numbers_as_written(tmp_path: Path, number: str) -> None:
    path = text_file(tmp_path / "parts.csv", f"SKU;Name\n{number};x\n {number} ;y\n")
    assert good(open_table(path)) == [[number, "x"], [f" {number} ", "y"]]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        # decimal commas in every row, with a semicolon between
        ("Nr.;Bezeichnung;Gewicht\n1;Schraube, M8;1,5\n2;Mutter, M8;2,5\n", 3),
        # lists of images with more semicolons than there are commas
        ("sku,name,images\n1,a,a.jpg;b.jpg;c.jpg;d.jpg\n2,b,e.jpg;f.jpg;g.jpg;h.jpg\n", 3),
        # unknown headings: the delimiter that gives rows of one width
        ("foo;bar;baz\na, b;c;d\ne;f, g, h;i\n", 3),
        # names with commas in a table of one column
        ("Teilenummer\nA,1\nB\nC,2,3\n", 1),
        # tabs with text that holds the others
        ("sku\tname\n1\tx; y, z | w\n2\tx; y, z | w\n", 2),
        ("sep=|\nfoo|bar\n1;2|3,4\n", 2),
        ('"sku","name"\n"1","a;b;c"\n', 2),
        ("a;b\n1;2", 2),
    ],
)
def test_finds_the_delimiter(tmp_path: Path, text: str, columns: int) -> None:
    table = open_table(text_file(tmp_path / "parts.csv", text))
    assert len(table.columns) == columns
    assert all(isinstance(row, TableRow) for row in table.rows())


def test_says_that_a_table_has_one_column(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path / "parts.csv", "Teilenummer\n1\n2\n"))
    assert table.notices == (
        "read as a single column: none of tab, semicolon, pipe, comma divides the rows",
    )


@pytest.mark.parametrize(
    ("preamble", "passed"),
    [
        ("", 0),
        ("Ersatzteilliste\n", 1),
        ("Ersatzteilliste;;;\nStand;1.2.2026;;\n\n", 3),
        ("Firma: Müller; Söhne; Co; KG\n", 1),
        ("Name;Müller;;\n", 1),
    ],
)
def test_finds_the_header_below_a_preamble(tmp_path: Path, preamble: str, passed: int) -> None:
    text = preamble + "Sachnummer;Benennung;Gewicht;Foto\n1;a;2;x.jpg\n"

    table = open_table(text_file(tmp_path / "parts.csv", text))

    assert table.columns == ("Sachnummer", "Benennung", "Gewicht", "Foto")
    assert len(table.notices) == (passed > 0)
    assert good(table) == [["1", "a", "2", "x.jpg"]]


def test_keeps_line_ends_and_quotes_inside_quoted_cells(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", 'SKU;Name\n1;"a\r\nb;c ""d"""\n2;e\n')
    assert good(open_table(path)) == [["1", 'a\r\nb;c "d"'], ["2", "e"]]


def test_cells_over_several_lines_may_hold_delimiters(tmp_path: Path) -> None:
    """Even as many as a row has, on each of their lines but the first."""
    text = 'SKU,Name\n1,"Bolt\nsteel, plain\nshort, thick"\n2,"a,\nb,\nc,"\n'
    rows = good(open_table(text_file(tmp_path / "p.csv", text)))
    assert rows == [["1", "Bolt\nsteel, plain\nshort, thick"], ["2", "a,\nb,\nc,"]]


def test_cleans_headings_of_line_ends_and_marks(tmp_path: Path) -> None:
    path = text_file(tmp_path / "p.csv", '\ufeff SKU ;"Gewicht\n [kg]"\n1;2\n')
    assert open_table(path).columns == ("SKU", "Gewicht [kg]")


def test_reads_as_often_as_asked(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path / "p.csv", "SKU;Name\n1;a\n2;b\n"))
    first = next(iter(table.rows()))
    assert first == next(iter(table.rows()))
    assert list(table.rows()) == list(table.rows())


def test_reports_what_a_bad_row_held(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path / "p.csv", "SKU;Name\n1;a;b\n"))
    assert list(table.rows()) == [
        BadRow(1, "too_many_cells", "3 cells where the header has 2", "1 | a | b")
    ]


CELL = st.text(
    st.characters(blacklist_characters="\0;,|\t", blacklist_categories=["Cs"]), max_size=12
)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=6), st.sampled_from(";,\t|"))
def test_reads_back_what_the_csv_module_writes(rows: list[list[str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow(row)
    file.seek(0)

    records = [record.cells for record in read_records(read_lines(file), delimiter)]

    assert records == rows


@given(st.text(max_size=200))
def test_every_line_ends_up_in_a_record(text: str) -> None:
    lines = list(read_lines(io.StringIO(text, newline="")))
    records = list(read_records(lines, ";"))
    starts = [record.line for record in records]
    assert starts == sorted(set(starts))
    assert not lines or starts[0] == 1
    assert all(1 <= start <= len(lines) for start in starts)


@given(st.integers(0, 10**6), st.sampled_from([",", ";", "\t"]), st.sampled_from(["", '"']))
def test_one_stray_quote_costs_at_most_the_row_it_stands_in(
    place: int, delimiter: str, quote: str
) -> None:
    rows = [[f"{at:04d}", f"Teil {at}", "" if at % 3 else "Öl", str(at)] for at in range(30)]
    text = "".join(delimiter.join(quote + cell + quote for cell in row) + "\n" for row in rows)
    place %= len(text)
    file = io.StringIO(f'{text[:place]}"{text[place:]}', newline="")

    records = read_records(read_lines(file), delimiter, width=4)

    read_rows = [record.cells for record in records]
    assert len(read_rows) == len(rows)
    assert sum(cells != row for cells, row in zip(read_rows, rows, strict=True)) <= 1


def test_a_cell_at_the_limit_is_kept() -> None:
    cell = "x" * MAX_CELL
    assert list(read_records([f"{cell};1\n"], ";")) == [TextRecord(1, [cell, "1"])]
