"""What the commands around clustering print with ``--json``: exactly these keys, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.partscope.commands.shell import Shell, blob_store

SCORES = (
    "silhouette davies_bouldin calinski_harabasz inertia coverage n_with_family ari nmi fmi "
    "homogeneity completeness v_measure pairwise_precision pairwise_recall pairwise_f1 purity"
)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with blob_store(tmp_path / "store") as store:
        yield Shell(store, capsys)


def keys(values: dict[str, Any]) -> str:
    return " ".join(values)


def test_the_keys_of_clustering_and_of_the_runs(shell: Shell) -> None:
    outcome = shell.json("cluster", "--k", 4, "--algorithm", "kmeans")
    assert keys(outcome) == (
        "run run_id grouped algorithm params n_parts n_clusters noise coverage metrics changed "
        "meanwhile reasons seconds"
    )
    assert keys(outcome["params"]) == "features weights scaling reduction k params seed"
    assert keys(outcome["metrics"]) == SCORES
    assert keys(outcome["meanwhile"]) == "new updated deleted"
    (run,) = shell.json("runs")["runs"]
    assert keys(run) == (
        "run_id run state created grouped parent algorithm k features n_parts n_clusters noise "
        "coverage metrics seconds"
    )
    assert keys(run["metrics"]) == SCORES
    assert (run["run_id"], run["state"], run["parent"]) == ("default@1", "active", None)
    shell("cluster", "--k", 3, "--algorithm", "kmeans")
    difference = shell.json("runs", "diff", "default@1", "default@2")
    assert keys(difference) == (
        "before after stayed moved new_parts gone_parts joined split appeared gone"
    )
    assert keys(difference["moved"][0]) == "from to parts"
    assert keys(shell.json("runs", "activate", "default@1")) == "run_id changed"
    assert shell.json("runs", "delete", "default@2") == {"run_id": "default@2", "deleted": True}


def test_the_keys_of_reviewing(shell: Shell) -> None:
    shell("cluster", "--k", 4, "--algorithm", "kmeans")
    clusters = shell.json("review", "list")
    assert keys(clusters) == "run_id clusters noise"
    assert keys(clusters["clusters"][0]) == (
        "cluster size status label_de label_en medoid radius terms attributes"
    )
    members = shell.json("review", "list", 1)
    assert keys(members) == "run_id cluster parts"
    assert keys(members["parts"][0]) == "part_number name_de name_en family"
    renamed = shell.json("review", "rename", 1, "--de", "Bolzen", "--who", "anna", "--why", "DIN")
    assert keys(renamed) == "number action who when why run cluster groups label_de"
    accepted = shell.json("review", "accept", 1, "--who", "anna")
    assert keys(accepted) == "number action who when run cluster parts"
    assert keys(shell.json("review", "undo", 2, "--who", "anna")) == (
        "number action who when run undoes"
    )
    rename, accept, undo = shell.json("review", "log")["decisions"]
    told = "part_numbers parts state"
    assert keys(rename) == f"number action who when why run cluster label_de {told}"
    assert keys(accept) == "number action who when run cluster parts part_numbers state"
    assert (accept["parts"], accept["state"]) == (15, "taken back")
    assert keys(undo) == f"number action who when run undoes {told}"


def test_the_keys_of_duplicates_and_export(shell: Shell, tmp_path: Path) -> None:
    (group, *_) = shell.json("duplicates", "--min-score", 0.3)["groups"]
    assert keys(group) == "parts score conflicts pairs"
    assert keys(group["pairs"][0]) == "parts score evidence conflicts"
    assert keys(group["pairs"][0]["evidence"]) == "image_similarity same_name"
    shell("cluster", "--k", 4, "--algorithm", "kmeans")
    target = tmp_path / "parts.csv"
    exported = shell.json("export", target)
    assert keys(exported) == "file rows seconds"
    assert (exported["file"], exported["rows"]) == (str(target), 60)


def test_the_keys_of_a_grid(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "plans.csv"
    compared = shell.json("cluster", "--grid", out, "--algorithm", "leiden", "--features", "name")
    assert keys(compared) == "plans table best"
    assert (compared["table"], len(compared["best"])) == (str(out), 10)
    assert keys(compared["best"][0]).startswith("scaling reduction algorithm features params")
