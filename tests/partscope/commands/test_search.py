from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from partscope.cli import main
from tests.search.small_catalog import Item, build


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Through terms and part numbers alone: the command line opens a catalogue without embedders.
    folder = tmp_path_factory.mktemp("store")
    items = [
        Item("A-1", "Sechskantschraube M8", "Hexagon bolt M8", "Bolts"),
        Item("A-2", "Sechskantschraube M10", "Hexagon bolt M10", "Bolts"),
        Item("[red]N-1", "Mutter [/bold] M8", "Nut M8", "Nuts"),
    ]
    build(folder, items).close()
    return folder


def run(capsys: pytest.CaptureFixture[str], store: Path, *arguments: str) -> tuple[int, str, str]:
    code = 0
    try:
        main([*arguments, "--store", str(store), "--catalog", "small"])
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_json_is_one_object_with_exactly_the_agreed_keys(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, store, "search", "Sechskantschraube M8", "--json", "--explain")
    values = json.loads(out)
    assert code == 0
    assert set(values) == {"hits", "seconds"}
    assert values["hits"][0]["part_number"] == "A-1"
    assert values["hits"][0]["why"]["text"]


def test_people_get_a_table_and_names_are_no_markup(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, store, "search", "Mutter M8", "--limit", "2")
    assert code == 0
    assert "[red]N-1" in out
    assert "[/bold]" in out


def test_nothing_found_says_so(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, store, "search", "Mutter", "--min-score", "1")
    assert code == 0
    assert out.strip() == (
        "nothing found that scores 1 or more; --min-score 0 lists the nearest parts"
    )
    _, out, _ = run(capsys, store, "search", "Mutter", "--min-score", "0", "--filter", "family=no")
    assert out.strip() == "nothing found"


def test_parts_that_are_not_similar_are_listed_only_when_asked_for(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("search", "Mutter M8 selbstsichernd verzinkt DIN 985", "--json")
    _, out, _ = run(capsys, store, *arguments)
    assert [hit["part_number"] for hit in json.loads(out)["hits"]] == ["[red]N-1"]
    _, out, _ = run(capsys, store, *arguments, "--min-score", "0")
    assert len(json.loads(out)["hits"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "ask for something"),
        (["x", "--like", "A-1"], "not both"),
        (["x", "--filter", "colour=red"], "unknown filter key"),
        (["x", "--weight", "image"], "vector=number"),
        (["x", "--out", "hits.doc"], ".csv or .xlsx"),
        (["--like", "absent"], "'absent'"),
        (["x", "--queries", "q.csv"], "--queries goes without"),
        (["x", "--facet", "family"], "goes without a query"),
        (["--facet", "familie"], "did you mean 'family'"),
        (["--queries", "absent.csv"], "absent.csv"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = run(capsys, store, "search", *arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_of_queries_becomes_a_table_and_failures_an_exit_code(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries, out = tmp_path / "queries.csv", tmp_path / "hits.csv"
    queries.write_text("text,like\nMutter,\n,A-1\n,absent\n", encoding="utf-8")
    code, _, err = run(capsys, store, "search", "--queries", str(queries), "--out", str(out))
    assert code == 1
    assert "3 queries, 1 failed" in err
    assert out.read_text(encoding="utf-8-sig").count("\n") > 4


def test_a_sheet_is_a_picture(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, _ = run(capsys, store, "search", "Mutter", "--sheet", str(tmp_path / "hits.png"))
    assert code == 0
    with Image.open(tmp_path / "hits.png") as picture:
        assert picture.width == 1000


def test_evaluate_prints_scores_and_the_agreed_json(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, store, "evaluate")
    assert code == 0
    assert "fused" in out
    _, out, _ = run(capsys, store, "evaluate", "--json")
    assert set(json.loads(out)) == {"retrieval", "translation", "clustering"}


def test_values_are_counted(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, store, "search", "--facet", "family", "--json")
    assert json.loads(out) == {"facet": "family", "counts": {"Bolts": 2, "Nuts": 1}}
    _, out, _ = run(capsys, store, "search", "--facet", "thread", "--filter", "family=Bolts")
    assert out.split() == ["1", "M10", "1", "M8"]


def test_an_unknown_catalogue_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, tmp_path, "search", "Mutter")
    assert code == 2
    assert "partscope ingest" in err
