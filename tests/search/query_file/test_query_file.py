"""A file of queries in, a table of hits out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UnusableTable
from search.queries.query import QueryOptions
from search.query_file.answers import Answer, answer_rows
from search.query_file.hits_table import HEADER, HitsTable
from search.query_file.rows import QueryRow, QueryTable
from search.searcher import Searcher
from tests.search.small_catalog import Item, SmallCatalog, build


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    items = [Item("=1+1", "Mutter"), Item("N-2", "-Mutter", "@nut"), Item("B", "Türschraube")]
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "queries.csv"
    file.write_bytes(text.encode(encoding))
    return file


def answers_to(
    catalog: SmallCatalog, file: Path, options: QueryOptions | None = None
) -> list[Answer]:
    rows = QueryTable(file).rows()
    return list(answer_rows(Searcher(catalog), rows, options or QueryOptions()))


def test_each_row_is_answered_and_a_bad_one_costs_itself(
    catalog: SmallCatalog, tmp_path: Path
) -> None:
    file = written(
        tmp_path,
        "text;image;like;note\nMutter;;;x\n;nowhere.png;;\n;;N-2;\n;;none;\nMutter;;N-2;\n;;;\n",
    )
    answers = answers_to(catalog, file, QueryOptions(limit=1))
    assert [bool(answer.result) for answer in answers] == [True, False, True, False, False]
    assert "nowhere.png" in answers[1].error
    assert "'none'" in answers[3].error
    assert "not both" in answers[4].error
    assert [answer.row.number for answer in answers] == [1, 2, 3, 4, 5]
    assert answers[0].to_json()["query"] == {"text": "Mutter"}
    assert len(answers[0].to_json()["hits"]) == 1
    assert set(answers[0].to_json()) == {"query", "hits", "seconds"}
    assert set(answers[1].to_json()) == {"query", "error"}


def test_more_rows_than_a_batch_are_answered_in_order(
    catalog: SmallCatalog, tmp_path: Path
) -> None:
    file = written(tmp_path, "text\n" + "Mutter\nTürschraube\n" * 50)
    answers = answers_to(catalog, file, QueryOptions(limit=1))
    assert [answer.row.number for answer in answers] == list(range(1, 101))
    names = [answer.result.hits[0].name_de for answer in answers if answer.result is not None]
    assert names == ["Mutter", "Türschraube"] * 50


def test_a_semicolon_file_in_cp1252_is_read(tmp_path: Path) -> None:
    table = QueryTable(written(tmp_path, "Text;Like\nTürschraube;\n;N-2\n", "cp1252"))
    assert list(table.rows()) == [QueryRow(1, text="Türschraube"), QueryRow(2, like="N-2")]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_workbook_and_parquet_are_read(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"queries{suffix}"
    frame = pd.DataFrame({"note": ["x", "y"], "like": [1001, 12], "text": [None, " Ä "]})
    frame.to_excel(file, index=False) if suffix == ".xlsx" else frame.to_parquet(file)
    assert list(QueryTable(file).rows()) == [
        QueryRow(1, like="1001"),
        QueryRow(2, text="Ä", like="12"),
    ]


def test_a_bad_row_is_an_answer_with_the_number_it_has_in_the_file(
    catalog: SmallCatalog, tmp_path: Path
) -> None:
    file = written(tmp_path, 'text,like\nMutter,\n\nx,y,z\nnul\x00,\n,,\n,N-2\n"never closed,')
    answers = answers_to(catalog, file)
    assert [answer.row.number for answer in answers] == [1, 3, 4, 6, 7]
    assert [bool(answer.result) for answer in answers] == [True, False, False, True, False]
    assert answers[1].error == ("the row cannot be read: 3 cells where the header has 2")
    assert answers[1].to_json() == {"query": {}, "error": answers[1].error}


def test_words_that_head_tables_of_parts_are_queries(tmp_path: Path) -> None:
    table = QueryTable(written(tmp_path, "text\nMotor\nName\nGewicht\n"))
    assert [row.text for row in table.rows()] == ["Motor", "Name", "Gewicht"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_table_of_hits_runs_nothing(catalog: SmallCatalog, tmp_path: Path, suffix: str) -> None:
    file = written(tmp_path, "\ufefftext,like\nMutter,\n,none\n=cmd(),\n")
    target = tmp_path / f"hits{suffix}"
    with HitsTable(target) as hits:
        for answer in answers_to(catalog, file):
            hits.write(answer)
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    table = read(target, dtype=str, keep_default_na=False)
    assert list(table.columns) == list(HEADER)
    assert "'=1+1" in table["part_number"].tolist()
    cells = table.to_numpy().ravel().tolist()
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    failed = table[table["error"] != ""]
    assert failed["query"].tolist() == ["2"]


@pytest.mark.parametrize("content", ["", "name,colour\na,b\n", "Mutter\nSchraube\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnusableTable) as refused:
        QueryTable(written(tmp_path, content))
    assert "queries.csv" in str(refused.value)
    if content:
        assert "needs a column text, image, like; got" in str(refused.value)


def test_an_absent_file_or_a_folder_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UnusableTable, match=file.name):
            QueryTable(file)
