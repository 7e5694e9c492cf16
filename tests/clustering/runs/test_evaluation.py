"""``partscope evaluate`` says how the runs in force agree with a label."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from partscope.catalog import Catalog
from partscope.cli import main

KINDS = ("Kugellager {} mm", "Sechskantschraube M{}", "O-Ring {} mm")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [(f"P{n}", KINDS[n % 3].format(n), KINDS[n % 3][:3]) for n in range(45)]
    frame = pd.DataFrame(rows, columns=["part_number", "name_de", "family"])
    folder = tmp_path_factory.mktemp("evaluate")
    with Catalog.open(folder, image_model="none", text_model="builtin:bag-of-words") as catalog:
        catalog.ingest(frame)
    return folder


def evaluated(store: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "--store", str(store), *more])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.slow
def test_runs_are_a_section_of_evaluate(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(evaluated(store, capsys, "--json"))["clustering"] == {}
    with Catalog.open(store) as catalog:
        catalog.cluster(features=["name"], k=3)
        catalog.cluster(features=["name"], k=2, run="coarse")
    sections = json.loads(evaluated(store, capsys, "--json"))
    assert set(sections) == {"retrieval", "translation", "clustering"}
    assert set(sections["clustering"]) == {"default@1", "coarse@1"}
    assert sections["clustering"]["default@1"]["ari"] == 1
    assert sections["clustering"]["coarse@1"]["ari"] < 1
    assert sections["clustering"]["coarse@1"]["n"] == 45
    text = evaluated(store, capsys)
    assert "default@1" in text
    assert "ari" in text
