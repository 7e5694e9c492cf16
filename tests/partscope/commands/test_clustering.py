"""``partscope cluster``, ``runs`` and ``review`` through the console script's own entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pytest

from catalog.errors import UsageError
from catalog.store.edge.store import EdgeStore
from clustering.api import check_k, memory_bytes
from partscope.commands.cluster import parse_k, parse_time
from tests.partscope.commands.shell import Shell, blob_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a store with 60 parts in four groups."""
    with blob_store(tmp_path / "store") as folder:
        yield folder


@pytest.fixture
def shell(store: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(store, capsys)


@pytest.mark.slow
def test_from_clustering_to_reviewing_and_back(shell: Shell) -> None:
    assert "no runs yet" in shell("runs")
    assert "partscope cluster" in shell("review", "accept", 1, code=2)
    summary = shell.json("cluster", "--k", 4, "--features", "image,name")
    assert (summary["run"], summary["run_id"], summary["n_clusters"]) == ("default", "default@1", 4)
    assert "nothing new, clusters kept, 0 parts changed" in shell("cluster", "--k", 4)
    listed = shell.json("review", "list")["clusters"]
    assert [cluster["size"] for cluster in listed] == [15] * 4
    mine = listed[0]["cluster"]
    parts = [part["part_number"] for part in shell.json("review", "list", mine)["parts"]]
    shell("review", "rename", mine, "--de", "Meine", "--who", "anna", "--why", "a test")
    shell("review", "accept", mine)
    other = listed[1]["cluster"]
    moved = shell.json("review", "move", parts[0], other)
    assert (moved["action"], moved["cluster"]) == ("move", other)
    shell("review", "split", *parts[1:4])
    shell("review", "merge", listed[2]["cluster"], listed[3]["cluster"])
    shell("review", "link", parts[4], parts[5])
    shell("review", "unlink", parts[6], parts[7])
    shell("review", "exclude", parts[8])
    shell("review", "reject", other)
    assert "Meine / " in shell("review", "list")
    log = shell("review", "log")
    assert "anna" in log.splitlines()[0]
    assert log.splitlines()[0].endswith("a test")
    for number in range(1, 10):
        shell("review", "undo", number)
    again = shell.json("review", "list")["clusters"]
    keys = ("cluster", "size", "status", "label_de")
    assert [[cluster[key] for key in keys] for cluster in again] == [
        [cluster[key] for key in keys] for cluster in listed
    ]


@pytest.mark.slow
def test_a_restored_catalogue_has_the_clusters_of_its_backup(shell: Shell, store: Path) -> None:
    shell("cluster", "--k", 4, "--algorithm", "kmeans")
    shell("review", "accept", 1)
    before = _cluster_points(store)
    assert [payload["status"] for _, payload, _ in before].count("accepted") == 1
    shell("backup", store.parent / "backup")
    shell("review", "rename", 2, "--de", "Späteres")
    assert _cluster_points(store) != before
    rmtree(store / "parts")  # what is lost; the companion beside it is later than the backup
    shell("restore", store.parent / "backup")
    assert _cluster_points(store) == before


def _cluster_points(store: Path) -> list[tuple[str, Mapping[str, Any], dict[str, Any]]]:
    companion = EdgeStore(store, "parts.clusters", reserve_bytes=0)
    batches = list(companion.scan(with_payload=True, with_vectors=True))
    companion.close()
    points = [
        (r.id, r.payload, {name: np.asarray(row).tolist() for name, row in r.vectors.items()})
        for batch in batches
        for r in batch
    ]
    return sorted(points, key=lambda point: point[0])


@pytest.mark.slow
def test_runs_are_compared_activated_and_deleted(shell: Shell) -> None:
    shell("cluster", "--k", 4)
    shell("cluster", "--k", 3)
    difference = shell.json("runs", "diff", "default@1", "default@2")
    assert difference["stayed"] == 45
    assert "45 parts stayed, 15 moved" in shell("runs", "diff", "default@1", "default@2")
    assert shell.json("runs", "activate", "default@1") == {"run_id": "default@1", "changed": 15}
    assert "default@2 is deleted" in shell("runs", "delete", "default@2")
    assert [run["run_id"] for run in shell.json("runs")["runs"]] == ["default@1"]
    assert "active run" in shell("runs", "delete", "default@1", code=2)
    assert "unknown run 'x'" in shell("runs", "diff", "x", "default", code=2)


WRONG = (
    (("--k", "many"), "--k takes auto, a number, or a range like 5..40; got 'many'"),
    (("--k", "0"), "'k' must be auto, a number from 1"),
    (("--k", "9..3"), "'k' must be"),
    (("--features", "colour"), "unknown feature 'colour'"),
    (("--features", ""), "'features' must be one or more of"),
    (("--memory", "1MB"), "at least 64MB"),
    (("--memory", "much"), "a size like 2GB"),
    (("--every", "soon"), "--every takes a time like 30m"),
    (("--param", "eps"), "--param takes NAME=VALUE; got 'eps'"),
    (("--weight", "image=heavy"), "--weight takes FEATURE=NUMBER"),
    (("--run", "a/b"), "a run's name must be"),
)


def test_a_wrong_call_is_one_line_that_says_what_is_allowed(shell: Shell) -> None:
    for words, message in WRONG:
        said = shell("cluster", *words, code=2)
        assert message in said
        assert said.startswith("partscope: ")
        assert len(said.splitlines()) == 1


def test_a_missing_catalogue_is_named(shell: Shell) -> None:
    assert "partscope ingest" in shell("cluster", "--catalog", "other", code=2)
    assert "partscope ingest" in shell("runs", "--catalog", "other", code=2)
    assert "partscope ingest" in shell("review", "log", "--catalog", "other", code=2)


def test_sizes_times_and_numbers_are_read() -> None:
    assert memory_bytes("2GB") == memory_bytes("2 GiB") == memory_bytes(2 * 1024**3) == 2 * 1024**3
    assert memory_bytes(None) > 64 * 1024**2
    assert (parse_k("auto"), parse_k("7"), parse_k("5..40")) == ("auto", 7, (5, 40))
    assert (parse_time("30m"), parse_time("1.5h")) == (1800, 5400)
    for wrong in ("x", (0, 3)):
        with pytest.raises(UsageError):
            check_k(wrong)
