"""Rows that fail are told by the summary, ``info`` and ``failures`` until they succeed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.ledger import ledger_path
from partscope.catalog import Catalog
from tests.partscope.commands.shell import Shell

MODELS = ("--image-model", "none", "--text-model", "builtin:tfidf", "--max-failures", 9)
ROWS = ["part_number,name_en", "1,bolt", "1,nut", ",washer", "2,ring"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def shell(store: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(store, capsys)


@pytest.fixture
def table(tmp_path: Path, shell: Shell) -> Path:
    """Return a table that was ingested: its second and third row fail."""
    path = _written(tmp_path / "t.csv", ROWS)
    shell("ingest", path, *MODELS)
    return path


def _written(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_failures_are_listed_with_their_reasons(table: Path, shell: Shell) -> None:
    answer = shell.json("failures")
    assert answer["count"] == 2
    first, second = answer["failures"]
    assert list(first) == ["part_number", "row", "source", "reason", "detail", "last_seen"]
    assert (first["part_number"], first["row"], first["reason"]) == ("1", 2, "duplicate_conflict")
    assert (second["part_number"], second["row"], second["reason"]) == ("", 3, "no_part_number")
    assert {first["source"], second["source"]} == {str(table)}
    assert first["detail"].startswith("another row with this part number")
    shown = shell("failures").splitlines()
    assert shown[0] == str(table)
    assert shown[1].split() == ["row", "part", "number", "last", "seen", "(UTC)", "why"]
    assert shown[2].split()[:2] == ["2", "1"]
    assert "duplicate_conflict: another row with this part number" in shown[2]
    assert shown[3].endswith("no_part_number: the part number is empty")
    assert shown[4:] == ["2 rows fail"]


def test_a_limit_says_that_there_are_more(table: Path, shell: Shell) -> None:
    assert shell("failures", "--limit", 1).splitlines()[-1] == (
        "2 rows fail; the first 1 are shown"
    )
    answer = shell.json("failures", "--limit", 1)
    assert (len(answer["failures"]), answer["count"]) == (1, 2)
    assert "1" in shell("failures", "--limit", 0, code=2)


def test_the_summary_and_info_tell_how_many_still_fail(
    table: Path, store: Path, shell: Shell
) -> None:
    told = f"note: 2 rows still fail; list them with: partscope failures --catalog parts --store {store}"
    assert told in shell("ingest", table, "--max-failures", 9).splitlines()
    # The only row that is looked at is fine; the others fail as before.
    summary = shell.json("ingest", table, "--limit", 1)
    assert (summary["rows"], summary["failed"], summary["still_failing"]) == (1, 0, 2)
    assert "  2 rows still fail: partscope failures" in shell("info").splitlines()
    assert shell.json("info")["still_failing"] == 2


def test_rows_of_several_tables_count_until_they_succeed(
    table: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = _written(tmp_path / "u.csv", ["part_number,name_en", ",spring"])
    assert shell.json("ingest", other, "--max-failures", 9)["still_failing"] == 3
    _written(table, [*ROWS[:2], "3,nut", *ROWS[3:]])
    monkeypatch.chdir(tmp_path)  # the same table under another name
    assert shell.json("ingest", "t.csv", "--max-failures", 9)["still_failing"] == 2
    _written(other, ["part_number,name_en", "4,spring"])
    _written(table, ROWS[:2])  # the row that failed is gone
    assert shell.json("ingest", table)["still_failing"] == 1
    summary = shell.json("ingest", other)
    assert (summary["still_failing"], summary["notices"]) == (0, [])
    assert shell("failures") == "no row fails\n"
    assert shell.json("failures") == {"failures": [], "count": 0}
    assert "fail" not in shell("info")


def test_a_store_that_somebody_writes_to_is_no_hindrance(
    table: Path, store: Path, shell: Shell
) -> None:
    with Catalog.open(store) as writing:
        assert writing.store.count() == 2  # from here on the folder is theirs
        assert "in use" in shell("info", code=1)
        assert shell.json("failures")["count"] == 2


def test_a_lost_or_foreign_ledger_has_none_and_a_broken_one_is_told(
    table: Path, store: Path, shell: Shell
) -> None:
    ledger = ledger_path(store / "parts", 1)
    ledger.unlink()
    assert shell("failures") == "no row fails\n"
    assert not ledger.exists()
    ledger.write_text("no ledger at all, whatever its name says")
    assert f"the ledger {ledger} cannot be read" in shell("failures", code=1)


def test_without_a_catalogue_there_are_none(shell: Shell) -> None:
    assert "partscope ingest TABLE" in shell("failures", code=2)
