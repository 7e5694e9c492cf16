"""The index on the command line: built by ingest, restore and ``optimize``, told by info and doctor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from partscope.cli import main

MODELS = ("--image-model", "none", "--text-model", "builtin:bag-of-words")
MISSING = {"phase": "missing", "points": 3, "indexed": 0, "threshold": 2, "problem": ""}
READY = {**MISSING, "phase": "ready", "indexed": 3}


@pytest.fixture
def store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a store whose three parts were loaded without an index."""
    table = tmp_path / "t.csv"
    table.write_text("part_number,name_en\n1,bolt\n2,nut\n3,washer\n", encoding="utf-8")
    run(capsys, "ingest", table, *MODELS, "--store", tmp_path / "store")
    return tmp_path / "store"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Return the exit code and stdout."""
    code = 0
    try:
        main([*map(str, arguments)])
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, capsys.readouterr().out


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    return json.loads(run(capsys, *arguments, "--json")[1])


@pytest.fixture
def lowered(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the store, with an index that pays from two parts on."""
    monkeypatch.setenv("PARTSCOPE_INDEX_FROM", "2")
    return store


def test_few_parts_need_none(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run(capsys, "doctor", "--store", store)
    assert (code, "ok  index: none is needed yet for 3 parts\n" in shown) == (0, True)
    assert run(capsys, "optimize", "--store", store) == (
        0,
        "index: none is needed yet for 3 parts\n",
    )


def test_doctor_names_the_command_that_mends_it(
    lowered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = run(capsys, "doctor", "--store", lowered)
    [line] = [line for line in shown.splitlines() if "index:" in line]
    assert code == 1
    assert line.startswith("!!  index: holds 0 of 3 parts: each search compares all others")
    assert line.endswith(f"-> partscope optimize --catalog parts --store {lowered}")
    assert run_json(capsys, "info", "--store", lowered)["index"] == MISSING
    assert run_json(capsys, "optimize", "--store", lowered) == {"index": READY}
    assert run(capsys, "doctor", "--store", lowered)[0] == 0
    assert "  index: holds 3 of 3 parts\n" in run(capsys, "info", "--store", lowered)[1]


def test_the_next_ingest_mends_it_with_nothing_to_do(
    lowered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = run_json(capsys, "ingest", lowered.parent / "t.csv", "--store", lowered)
    assert (summary["unchanged"], summary["notices"]) == (3, [])
    assert run_json(capsys, "info", "--store", lowered)["index"] == READY


def test_a_restored_catalogue_has_its_index(
    lowered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup, other = lowered.parent / "backup", lowered.parent / "other"
    run(capsys, "backup", backup, "--store", lowered)
    assert run_json(capsys, "restore", backup, "--store", other)["index"] == READY


def test_without_a_catalogue_there_is_nothing_to_optimize(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["optimize", "--store", str(tmp_path)])
    assert left.value.code == 2
    assert "partscope ingest TABLE" in capsys.readouterr().err
