from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from catalog.errors import UnknownName, UsageError
from catalog.progress import Logged
from clustering.algorithms.registry import ALGORITHMS
from clustering.contract import Features
from clustering.grid.grid_catalog import grid_over
from clustering.grid.grid_cells import Cell, standard_cells
from clustering.grid.run_grid import by_score, grid, read_record, run_grid
from clustering.scores.extrinsic import extrinsic_scores
from tests.clustering.blobs import Blobs
from tests.clustering.grouping.test_group import FAMILIES, FAMILY, two_blocks

FEATURES: Features = two_blocks(0.3)
TRUTH = [str(family) for family in FAMILY]
BOTH = ("image", "name")
FEW = [
    Cell(BOTH, "whiten", "pca:8", "kmeans", {"n_clusters": FAMILIES}),
    Cell(BOTH, "whiten", "graph", "leiden", {"resolution": 1.0}),
    Cell(("name",), "minmax", "pca:0.9", "spectral", {"n_clusters": FAMILIES}),
    Cell(("image",), "unit", "pca:8", "hdbscan", {"min_cluster_size": 10}),
    Cell(BOTH, "whiten", "pca:8", "kmeans", {"n_clusters": 10_000}),
]


def test_every_cell_is_measured_and_the_best_come_first(tmp_path: Path) -> None:
    table = run_grid(FEATURES, FEW, tmp_path / "grid.jsonl", truth=TRUTH)
    assert len(table) == len(FEW)
    best = by_score(table, "ari")
    assert best["ari"][0] > 0.99
    assert best["ari"].dropna().is_monotonic_decreasing
    assert by_score(table, "davies_bouldin")["davies_bouldin"].dropna().is_monotonic_increasing
    assert table["coverage"].dropna().between(0, 1).all()


def test_a_cell_that_cannot_be_done_says_why_and_stops_no_other(tmp_path: Path) -> None:
    table = run_grid(FEATURES, FEW, tmp_path / "grid.jsonl")
    failed = table[table["error"].notna()]
    assert len(failed) == 1
    assert "10000 clusters need at least 10000 rows" in failed["error"].iloc[0]


def test_a_grid_that_was_cut_off_does_only_what_is_missing(tmp_path: Path) -> None:
    record = tmp_path / "grid.jsonl"
    run_grid(FEATURES, FEW[:2], record)
    content = record.read_text(encoding="utf-8")
    record.write_text(content + '{"key": "half a li', encoding="utf-8")
    seen: list[tuple[int, int]] = []
    table = run_grid(FEATURES, FEW, record, progress=lambda *state: seen.append(state))
    assert seen == [(3, 5), (4, 5), (5, 5)]
    assert len(table) == len(FEW)
    keys = [row["key"] for row in read_record(record)]
    assert sorted(keys) == sorted(cell.key for cell in FEW)


def test_shared_work_changes_no_labels() -> None:
    from clustering.algorithms.registry import clusterer
    from clustering.grid.grid_space import GridSpace, ScaledFeatures

    scaled = ScaledFeatures(FEATURES, BOTH, "unit")
    cells = [
        Cell(BOTH, "unit", "pca:8", "kmeans", {"n_clusters": FAMILIES}),
        Cell(BOTH, "unit", "pca:8", "leiden", {"resolution": 0.5}),
        Cell(BOTH, "unit", "pca:8", "spectral", {"n_clusters": FAMILIES}),
    ]
    space = GridSpace(scaled, cells, seed=0)
    for cell in cells:
        alone = clusterer(cell.algorithm, cell.params, seed=0).fit_predict(space.space)
        same = extrinsic_scores([str(label) for label in alone], space.labels(cell))
        assert same.ari == pytest.approx(1)


def test_one_pca_serves_all_its_sizes() -> None:
    from clustering.grid.grid_space import ScaledFeatures
    from clustering.space.reduction import Reduction, reduced

    scaled = ScaledFeatures(FEATURES, BOTH, "standard")
    for text in ("pca:4", "pca:0.6", "pca:0.9"):
        alone = reduced(scaled.combined, Reduction.parse(text))
        np.testing.assert_allclose(scaled.reduced(text, 0), alone, atol=1e-3)


def test_the_standard_grid_is_as_large_as_the_reference_study() -> None:
    cells = standard_cells([("image",), ("name",), BOTH], 2500)
    assert len(cells) > 870
    assert len({cell.key for cell in cells}) == len(cells)
    assert {cell.algorithm for cell in cells} == set(ALGORITHMS)
    assert all(json.loads(cell.key)["scaling"] == cell.scaling for cell in cells)
    few = standard_cells([BOTH], 40, algorithms=["kmeans"], k=(2, 6))
    assert {cell.params["n_clusters"] for cell in few} == {2, 3, 4, 5, 6}


def test_a_catalogue_is_compared_and_left_as_it_is(blobs: Blobs, tmp_path: Path) -> None:
    before = blobs.payloads()
    out = tmp_path / "plans.csv"
    table = grid_over(
        blobs.stores.parts, BOTH, out, algorithm="kmeans", k=(3, 5), progress=Logged()
    )
    assert blobs.payloads() == before
    assert set(table["features"]) == {"image", "name", "image+name"}
    best = table[table["features"] == "image+name"].iloc[0]
    assert (best["params"], round(best["ari"], 2)) == ("n_clusters=4", 1.0)
    written = pd.read_csv(out)
    assert len(written) == len(table)
    assert written["silhouette"].is_monotonic_decreasing


def test_the_table_is_csv(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must be a \.csv file"):
        grid_over(blobs.stores.parts, BOTH, tmp_path / "plans.xlsx", progress=Logged())


def test_an_unknown_metric_names_the_known_ones() -> None:
    table = pd.DataFrame(list(grid(FEATURES, FEW[:1])))
    with pytest.raises(UnknownName, match="did you mean 'silhouette'"):
        by_score(table, "silhouete")
