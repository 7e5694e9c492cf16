"""``partscope ingest`` and ``rebuild`` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from partscope.cli import main
from tests.catalog.tables.paged_api import running_api
from tests.ingest.written_tables import MakeTable, write_photo

MODELS = ("--image-model", "builtin:colour", "--text-model", "builtin:tfidf")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any, str]:
    """Return the exit code, the one object on stdout (None without), and stderr."""
    code = 0
    try:
        main([*map(str, arguments), "--json"])
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


@pytest.mark.slow
def test_pages_that_count_from_zero_lose_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"part_number": str(number), "name_en": f"bolt M{number}"} for number in range(5)]
    with running_api() as api:
        api.serve({str(at): {"products": rows[at : at + 2]} for at in (0, 2, 4)})
        _, summary, _ = run(
            capsys,
            *("ingest", api.template, "--records", "products", "--first-page", 0, "--page-step", 2),
            *("--store", tmp_path / "store", *MODELS, "--image-model", "none"),
        )
        assert api.asked == ["0", "2", "4", "6"]
    assert summary["created"] == 5


def test_schemes_may_be_in_capitals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_photo(tmp_path / "a.png")
    photo, page = (tmp_path / "a.png").read_bytes(), [{"part_number": "1"}]
    with running_api() as api:
        page[0]["image"] = api.url.replace("http", "HTTP")
        documents = {"1": json.dumps(page).encode(), "": photo}
        api.answer = lambda asked: (200, documents.get(asked, b"[]"))
        template = api.template.replace("http", "HTTP")
        call = ("ingest", template, "--allow-private-urls", "--store", tmp_path / "store", *MODELS)
        code, summary, _ = run(capsys, *call, "--text-model", "none")
        assert (code, summary["images"]["used"]) == (0, 1)
        assert run(capsys, *call, "--text-model", "none")[1]["unchanged"] == 1
        assert api.asked.count("") == 1  # nobody looks again at what an address told once


def test_a_column_without_a_field_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Teilenummer;Name;Lagerplatz\n1;Mutter;A7\n", encoding="utf-8")
    _, summary, _ = run(capsys, "ingest", table, "--dry-run", "--store", tmp_path / "s", *MODELS)
    assert "columns that are not used: 'Lagerplatz'" in summary["notices"]


@pytest.mark.slow
def test_a_table_that_was_mapped_can_be_rebuilt_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("key;what\n1;Mutter M8\n", encoding="utf-8")
    named = ("--map", "key=part_number", "--map", "what=name_de")
    store = ("--store", tmp_path / "store")
    run(capsys, "ingest", table, *named, *store, *MODELS)
    code, summary, _ = run(capsys, "rebuild", table, *named, *store)
    assert (code, summary["created"]) == (0, 1)
    code, _, err = run(capsys, "rebuild", *named, *store)
    assert (code, "are for a TABLE" in err) == (2, True)


def test_photos_that_moved_are_read_from_where_they_are_now(
    make_table: MakeTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = make_table([{"part_number": "1", "name_de": "Mutter", "image": "in/a.png"}])
    store = ("--store", tmp_path / "store")
    run(capsys, "ingest", table, *store, *MODELS, "--text-model", "none")
    (tmp_path / "moved").mkdir()
    (tmp_path / "in").rename(tmp_path / "moved" / "in")
    assert run(capsys, "rebuild", *store)[0] == 1
    code, summary, _ = run(capsys, "rebuild", *store, "--images", tmp_path / "moved")
    assert (code, summary["images"]["used"]) == (0, 1)
    # Remembered: another rebuild finds them by itself.
    assert run(capsys, "rebuild", *store)[0] == 0


def test_a_query_image_that_is_not_there_is_a_wrong_call(
    make_table: MakeTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ("--store", tmp_path / "store")
    table = make_table([{"part_number": "1", "image": "a.png"}])
    run(capsys, "ingest", table, *store, *MODELS, "--text-model", "none")
    code, _, err = run(capsys, "search", "--image", tmp_path / "no.png", *store)
    assert (code, "no.png" in err) == (2, True)


def test_a_report_that_cannot_be_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, store = tmp_path / "t.csv", tmp_path / "store"
    table.write_text("Teilenummer;Name\n1;Mutter\n", encoding="utf-8")
    code, _, err = run(capsys, "ingest", table, "--store", store, *MODELS, "--report", "r.pdf")
    assert (code, "r.pdf" in err, store.exists()) == (2, True, False)


def test_the_sheet_of_a_part_shows_its_own_photo(
    make_table: MakeTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, sheet = ("--store", tmp_path / "store"), tmp_path / "s.html"
    table = make_table([{"part_number": f"{n}", "image": f"{n}.png"} for n in (1, 2)])
    run(capsys, "ingest", table, *store, *MODELS, "--text-model", "none")
    run(capsys, "search", "--like", "1", "--min-score", "0", "--sheet", sheet, *store)
    assert sheet.read_text(encoding="utf-8").count("data:image") == 2


@pytest.mark.slow
def test_watching_tells_and_keeps_a_report_of_changes_alone(tmp_path: Path) -> None:
    table, store = tmp_path / "t.csv", tmp_path / "store"
    table.write_text("part_number,name_en\n1,bolt\n", encoding="utf-8")
    partscope = Path(sys.executable).with_name("partscope")
    command = [partscope, "ingest", table, "--store", store, *MODELS, "--image-model", "none"]
    with subprocess.Popen(
        [*map(str, command), "--json", "--watch", "0.2"], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        first = json.loads(watching.stdout.readline())
        with table.open("a", encoding="utf-8") as file:
            file.write("2,nut\n")
        second = json.loads(watching.stdout.readline())
        watching.terminate()
        rest = watching.stdout.read()
    assert (first["created"], second["created"], second["unchanged"]) == (1, 1, 1)
    assert (rest, watching.returncode) == ("", 0)
    reports = sorted((store / "parts" / "reports").iterdir())
    assert reports == [Path(first["report"]), Path(second["report"])]
