"""``partscope cluster --grid`` takes every option of a plan, and refuses what a grid cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.partscope.commands.shell import Shell, blob_store


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with blob_store(tmp_path / "store") as store:
        yield Shell(store, capsys)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "plans.csv"


def compared(shell: Shell, out: Path, *options: object) -> pd.DataFrame:
    shell("cluster", "--grid", out, *options)
    return pd.read_csv(out)


NAME = ("--features", "name")


def test_a_scaling_and_a_reduction_are_those_of_every_plan(shell: Shell, out: Path) -> None:
    options = ("--algorithm", "leiden", "--scaling", "unit", "--reduction", "pca:3")
    table = compared(shell, out, *options)
    assert set(table["scaling"]) == {"unit"}
    assert set(table["reduction"]) == {"pca:3"}
    assert set(table["features"]) == {"image", "name", "image+name"}
    assert len(table) == 3 * 5  # features x resolutions


def test_the_graph_alone_is_for_those_that_work_on_it(shell: Shell, out: Path) -> None:
    table = compared(shell, out, *NAME, "--reduction", "graph", "--k", "3..5")
    assert set(table["reduction"]) == {"graph"}
    assert set(table["algorithm"]) == {"leiden", "spectral"}
    message = shell(
        "cluster", "--grid", out, "--reduction", "graph", "--algorithm", "kmeans", code=2
    )
    assert "the reduction graph is for auto, leiden and spectral; got kmeans" in message


def test_a_parameter_that_is_given_is_not_varied(shell: Shell, out: Path) -> None:
    options = ("--algorithm", "dbscan", "--param", "min_samples=4", "--param", "eps=0.5")
    table = compared(shell, out, *NAME, *options)
    assert set(table["params"]) == {"min_samples=4, eps=0.5"}
    assert len(table) == 4 * 3  # scalings x reductions


def test_a_parameter_beside_the_varied_one_is_honoured(shell: Shell, out: Path) -> None:
    options = ("--algorithm", "leiden", "--scaling", "unit", "--reduction", "pca:3")
    few = compared(shell, out, *NAME, *options, "--param", "n_neighbors=2")
    many = compared(shell, out, *NAME, *options)
    assert all("n_neighbors=2" in params for params in few["params"])
    at_1 = [table[table["params"].str.contains("resolution=1.0")] for table in (few, many)]
    assert at_1[0]["n_clusters"].iloc[0] > at_1[1]["n_clusters"].iloc[0]


def test_weights_are_those_of_every_plan(shell: Shell, out: Path) -> None:
    options = ("--algorithm", "kmeans", "--k", 4, "--scaling", "unit", "--reduction", "pca:3")
    alike = compared(shell, out, *options).set_index("features")["inertia"]
    assert alike["image+name"] != pytest.approx(alike["name"])
    by_name = compared(shell, out, *options, "--weight", "image=0").set_index("features")["inertia"]
    assert by_name["image+name"] == pytest.approx(by_name["name"], rel=1e-3)


def test_memory_bounds_how_many_parts_are_compared(
    shell: Shell, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustering.space.memory_bound.SAMPLE_AT_LEAST", 10)
    monkeypatch.setattr("clustering.space.memory_bound.BYTES_A_NUMBER", 64 * 1024**2 // (12 * 30))
    table = compared(shell, out, *NAME, "--algorithm", "leiden", "--memory", "64MB")
    assert set(table["n"]) == {30}


REFUSED = (
    (("--run", "nightly"), "--run does not go with --grid, which writes no groups"),
    (("--every", "24h"), "--every does not go with --grid, which writes no groups"),
    (("--param", "eps=1"), "parameters need an algorithm to go to; got eps with auto"),
    (("--algorithm", "kmeans", "--param", "eps=1"), "unknown parameter of kmeans 'eps'"),
    (
        ("--algorithm", "leiden", "--reduction", "graph", "--param", "n_neighbors=3"),
        "unknown parameter of leiden on the graph 'n_neighbors'",
    ),
    (("--scaling", "loud"), "unknown scaling 'loud'"),
    (("--reduction", "pca:x"), "a reduction is like pca:50"),
    (("--memory", "much"), "a size like 2GB"),
)


def test_what_a_grid_cannot_do_is_refused_in_one_line(shell: Shell, out: Path) -> None:
    for words, message in REFUSED:
        said = shell("cluster", "--grid", out, *NAME, *words, code=2)
        assert message in said
        assert len(said.splitlines()) == 1
        assert not out.exists()
