"""The exported table says of every part of the run what the run and its reviewers say."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from catalog.errors import UsageError
from clustering.report.export import COLUMNS, export
from clustering.runs.reviewed_run import ReviewedRun
from partscope.catalog import Catalog
from partscope.cli import main
from tests.clustering.blobs import Blobs, blob_points


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_every_part_has_a_row_with_its_cluster(blobs: Blobs, tmp_path: Path, ending: str) -> None:
    blobs.cluster()
    target = tmp_path / f"parts{ending}"
    assert export(ReviewedRun.find(blobs.stores.parts), target) == 60
    read = pd.read_csv if ending == ".csv" else pd.read_parquet
    frame: pd.DataFrame = read(target)
    assert list(frame.columns) == list(COLUMNS)
    assert frame["cluster"].nunique() == 4
    assert frame.groupby("cluster")["label_de"].nunique().tolist() == [1] * 4
    assert frame.groupby("cluster")["is_medoid"].sum().tolist() == [1] * 4
    assert (frame["size"] == frame.groupby("cluster")["cluster"].transform("size")).all()
    assert frame["status"].unique().tolist() == ["proposed"]
    assert frame["outlier_score"].between(0, 1).all()


def test_parts_that_the_run_has_not_seen_have_no_row(blobs: Blobs, tmp_path: Path) -> None:
    blobs.cluster()
    blobs.stores.parts.upsert(blob_points(range(60, 65)))
    assert export(ReviewedRun.find(blobs.stores.parts), tmp_path / "parts.csv") == 60


def test_without_a_run_or_with_another_ending_it_says_what_to_do(
    blobs: Blobs, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="run `partscope cluster` first"):
        ReviewedRun.find(blobs.stores.parts)
    blobs.cluster()
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx or \.parquet"):
        export(ReviewedRun.find(blobs.stores.parts), tmp_path / "parts.pdf")


def test_the_command_writes_harmless_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["=cmd()", *(f"Kugellager {size} mm" for size in range(20))]
    numbers = [f"P{place}" for place in range(21)]
    frame = pd.DataFrame({"part_number": numbers, "name_de": names})
    with Catalog.open(
        tmp_path / "store", image_model="none", text_model="builtin:bag-of-words"
    ) as catalog:
        catalog.ingest(frame)
        catalog.cluster(features=["name"], k=2)
    target = tmp_path / "parts.csv"
    with pytest.raises(SystemExit) as ended:
        main(["export", str(target), "--store", str(tmp_path / "store"), "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 21
    assert "'=cmd()" in pd.read_csv(target)["name_de"].tolist()
