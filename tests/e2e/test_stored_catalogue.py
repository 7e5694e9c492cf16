"""A catalogue that an earlier version stored opens, answers, and counts as done.

``stored/catalogue_0_1.tar.xz`` was made by version 0.1.0 before its modules moved: 24 parts, 15
photos cut by ``silhouette``, a run of three clusters, a rename, an acceptance, a decision about a photo.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from partscope.cli import main

STORED = Path(__file__).with_name("stored") / "catalogue_0_1.tar.xz"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with tarfile.open(STORED) as archive:
        archive.extractall(tmp_path, filter="data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--store", "store", "--catalog", "pilot", "--json"])
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed.err
    answer: dict[str, Any] = json.loads(printed.out)
    return answer


def test_it_opens_and_finds_by_name_and_by_picture(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = _json(capsys, "info")
    assert info["parts"] == 24
    assert info["vectors"] == {"image": 12, "views": 3, "name_de": 24, "name_en": 24, "terms": 24}
    (hit,) = _json(capsys, "search", "Kugellager 10x42")["hits"]
    assert (hit["part_number"], hit["score"]) == ("1013", 0.9992)
    hits = _json(capsys, "search", "--image", "photos/1009.jpg")["hits"]
    assert hits[0]["part_number"] == "1009"
    assert hits[0]["score"] > 0.95


def test_what_people_decided_is_in_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = _json(capsys, "review", "list")
    assert listed["run_id"] == "default@1"
    assert [
        (group["label_de"], group["status"], group["size"]) for group in listed["clusters"]
    ] == [
        ("O-Ringe", "proposed", 8),
        ("Kugellager", "accepted", 8),
        ("Sechskantschraube", "proposed", 8),
    ]
    decisions = _json(capsys, "review", "log")["decisions"]
    assert [decision["action"] for decision in decisions] == ["rename", "accept"]


def test_only_what_was_decided_since_is_done_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = _json(capsys, "ingest", "parts.csv", "--images", "photos")
    assert (summary["created"], summary["updated"], summary["unchanged"]) == (0, 1, 23)
    assert _json(capsys, "ingest", "parts.csv", "--images", "photos")["unchanged"] == 24


def test_the_next_run_keeps_its_clusters(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = _json(capsys, "cluster", "--k", "3")
    assert (outcome["run"], outcome["n_clusters"], outcome["changed"]) == ("default", 3, 0)
    assert _json(capsys, "review", "list")["clusters"][0]["label_en"] == "O-rings"
