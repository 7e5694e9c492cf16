from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UnusableTable
from search.queries.query_file import HEADER, answer_file, read_rows, write_hits
from search.searcher import Searcher
from tests.search.small_catalog import Item, SmallCatalog, build


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    items = [Item("=1+1", "Mutter"), Item("N-2", "-Mutter", "@nut"), Item("B", "Schraube")]
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def written(folder: Path, text: str) -> Path:
    file = folder / "queries.csv"
    file.write_bytes(text.encode("utf-8"))
    return file


def test_each_row_is_answered_and_a_bad_one_costs_itself(
    catalog: SmallCatalog, tmp_path: Path
) -> None:
    file = written(
        tmp_path,
        "text;image;like;note\nMutter;;;x\n;nowhere.png;;\n;;N-2;\n;;none;\nMutter;;N-2;\n;;;\n",
    )
    answers = answer_file(Searcher(catalog), file, {"limit": 2})
    assert [bool(answer.result) for answer in answers] == [True, False, True, False, False]
    assert "nowhere.png" in answers[1].error
    assert "'none'" in answers[3].error
    assert "not both" in answers[4].error
    assert [answer.number for answer in answers] == [1, 2, 3, 4, 5]
    assert set(answers[0].to_json()) == {"query", "hits", "seconds"}
    assert set(answers[1].to_json()) == {"query", "error"}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_table_of_hits_runs_nothing(catalog: SmallCatalog, tmp_path: Path, suffix: str) -> None:
    file = written(tmp_path, "\ufefftext,like\nMutter,\n,none\n=cmd(),\n")
    target = tmp_path / f"hits{suffix}"
    write_hits(target, answer_file(Searcher(catalog), file, {}))
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    table = read(target, dtype=str, keep_default_na=False)
    assert list(table.columns) == list(HEADER)
    assert "'=1+1" in table["part_number"].tolist()
    cells = table.to_numpy().ravel().tolist()
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    failed = table[table["error"] != ""]
    assert failed["query"].tolist() == ["2"]


@pytest.mark.parametrize(
    "content", [b"", b"name,colour\na,b\n", "text\nTür\n".encode("cp1252"), b'text\n"a\x00\n']
)
def test_a_file_that_holds_no_queries_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "queries.csv"
    file.write_bytes(content)
    if content.startswith(b'text\n"a'):
        assert read_rows(file) == [{"text": "a\x00"}]
        return
    with pytest.raises(UnusableTable):
        read_rows(file)


def test_an_absent_file_or_a_folder_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UnusableTable, match=file.name):
            read_rows(file)
