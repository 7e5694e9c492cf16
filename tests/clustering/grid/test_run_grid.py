from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UnknownName
from clustering.contract import Features
from clustering.grid.grid_cells import Cell
from clustering.grid.run_grid import by_score, grid, read_record, run_grid
from tests.clustering.grouping.families import FAMILIES, FAMILY, two_blocks

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


def test_an_unknown_metric_names_the_known_ones() -> None:
    table = pd.DataFrame(list(grid(FEATURES, FEW[:1])))
    with pytest.raises(UnknownName, match="did you mean 'silhouette'"):
        by_score(table, "silhouete")
