"""A catalogue's plans are compared on its parts, and nothing in it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UsageError
from catalog.progress import Logged
from clustering.contract import Plan
from clustering.grid.compare_plans import compare_plans
from tests.clustering.blobs import Blobs

BOTH = ("image", "name")


def test_a_catalogue_is_compared_and_left_as_it_is(blobs: Blobs, tmp_path: Path) -> None:
    before = blobs.payloads()
    out = tmp_path / "plans.csv"
    table = compare_plans(
        blobs.stores.parts, Plan(BOTH, algorithm="kmeans", k=(3, 5)), out, Logged()
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
        compare_plans(blobs.stores.parts, Plan(BOTH), tmp_path / "plans.xlsx", Logged())


def test_each_set_of_weights_has_a_record_of_its_own(blobs: Blobs, tmp_path: Path) -> None:
    plan = Plan(("name",), algorithm="leiden", scaling="unit", reduction="pca:2")
    for weights in ({}, {"name": 2.0}, {}):
        weighed = replace(plan, weights=weights)
        compare_plans(blobs.stores.parts, weighed, tmp_path / "plans.csv", Logged())
    records = [path.read_text() for path in tmp_path.glob("plans.*.jsonl")]
    assert [len(record.split()) > 0 for record in records] == [True, True]
