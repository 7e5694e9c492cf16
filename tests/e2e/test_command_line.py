"""The main flows through the real console script: exit codes, JSON keys, what goes where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.catalogue import DemoCatalogue, make_catalogue

SCRIPT = Path(sys.executable).with_name("partscope")
QUICK = ("--image-model", "builtin:colour", "--text-model", "builtin:bilingual")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoCatalogue:
    return make_catalogue(tmp_path_factory.mktemp("Teile äö") / "my parts", 50, seed=8)


def _run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    words = [str(argument) for argument in arguments]
    done = subprocess.run(
        [SCRIPT, *words], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == code, (words, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def _json(*arguments: object, code: int = 0) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(_run(*arguments, "--json", code=code).stdout)
    return values


@pytest.mark.slow
def test_from_a_table_to_a_restored_catalogue(made: DemoCatalogue, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "my store")
    checked = _json("ingest", made.table, *store, *QUICK, "--dry-run", code=1)
    assert checked["dry_run"]
    assert not list((tmp_path / "my store").rglob("catalog.json"))

    first = _json("ingest", made.table, *store, *QUICK, code=1)  # the demo's two bad rows
    assert {"rows", "created", "updated", "unchanged", "skipped", "failed", "images"} <= set(first)
    assert {"report", "seconds"} <= set(first)
    assert (first["rows"], first["created"], first["failed"]) == (55, 51, 2)
    assert first["skipped"] == {"duplicate_row": 1, "no_information": 1}
    again = _json("ingest", made.table, *store, "--max-failures", 2)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 51)

    answer = _json("search", "Kugellager", *store, "--explain")
    assert set(answer) == {"hits", "seconds"}
    assert {"part_number", "score", "name_de", "name_en", "family", "image", "why"} == set(
        answer["hits"][0]
    )
    assert "kugellager" in str(answer["hits"][0]["name_de"]).lower()
    photo = sorted(made.images.iterdir())[0]
    by_photo = _json("search", "--image", photo, *store, "--limit", 3)["hits"]
    assert by_photo[0]["image"].endswith(photo.name)
    assert by_photo[0]["score"] > 0.9
    sheet = tmp_path / "hits.png"
    _run("search", "--image", photo, *store, "--sheet", sheet)
    assert sheet.read_bytes().startswith(b"\x89PNG")

    measured = _json("evaluate", "--label", "family", *store)
    assert {"retrieval", "translation", "clustering"} == set(measured)
    assert {"p@1", "p@10", "map@10", "n"} == set(measured["retrieval"]["fused"])

    _run("ingest", made.table, *store, "--image-model", "builtin:hog", code=2)
    rebuilt = _json("rebuild", *store, "--image-model", "builtin:hog", "--max-failures", 1)
    assert rebuilt["created"] == 51
    backup, elsewhere = tmp_path / "backup", ("--store", tmp_path / "elsewhere")
    _run("backup", backup, *store)
    _run("restore", backup, *elsewhere)
    original, restored = (_json("info", *place) for place in (store, elsewhere))
    assert restored["embedders"]["image"]["name"] == "builtin:hog"
    assert {**restored, "store": ""} == {**original, "store": ""}
    assert _json("search", "Kugellager", *elsewhere)["hits"]


@pytest.mark.slow
def test_the_demo_finds_the_same_kind_and_draws_its_sheet(tmp_path: Path) -> None:
    done = _json("demo", "--parts", 92, "--out", tmp_path / "demo")
    assert done["created"] == 93
    assert Path(done["sheet"]).read_bytes().startswith(b"\x89PNG")
    assert done["cluster"]["n_parts"] == done["created"]
    assert done["cluster"]["n_clusters"] > 1
    titles = {search["title"]: search["hits"] for search in done["searches"]}
    gears = titles["photo query-spur-gears.jpg"]
    assert (
        "zahnrad" in str(gears[0]["name_de"]).lower() or "gear" in str(gears[0]["name_en"]).lower()
    )
