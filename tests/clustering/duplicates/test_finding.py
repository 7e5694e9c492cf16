"""Parts entered twice are found, with the evidence; contradictions are shown and never merged."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering.duplicates.evidence import (
    DuplicatePair,
    Evidence,
)
from clustering.duplicates.finding import find_duplicates, group_pairs
from partscope.catalog import Catalog
from partscope.cli import main

SCREW = "Sechskantschraube DIN 933 M8x20 verzinkt"


def test_pairs_join_to_groups_but_never_across_a_conflict() -> None:
    pairs = [
        DuplicatePair("a", "b", 0.9, Evidence()),
        DuplicatePair("b", "c", 0.8, Evidence()),
        DuplicatePair("a", "c", 0.75, Evidence()),
        DuplicatePair("c", "d", 0.95, Evidence(), {"voltage_v": (24, 230)}),
    ]
    first, second = group_pairs(pairs)
    assert first.parts == ("a", "b", "c")
    assert first.score == 0.8  # the weakest pair that is needed to hold it together
    assert not first.conflicts
    assert second.parts == ("c", "d")
    assert second.conflicts


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duplicates")
    rng = np.random.default_rng(0)
    kinds = ("Motor", "Ventil", "Pumpe", "Sensor", "Filter", "Relais", "Riemen", "Kette")
    rows = [
        (f"P{n}", f"{kinds[n % 8]} Typ {chr(65 + n % 7)} {n} mm", f"{rng.uniform(1, 9):.2f}")
        for n in range(60)
    ]
    rows += [("=A1", SCREW, "0,1"), ("A2", SCREW, "0,1"), ("B1", SCREW.replace("M8", "M10"), "0,1")]
    frame = pd.DataFrame(rows, columns=["part_number", "name_de", "weight_kg"])
    with Catalog.open(folder, image_model="none", text_model="builtin:bag-of-words") as catalog:
        catalog.ingest(frame)
    return folder


def test_a_part_entered_twice_is_found_in_a_catalogue(store: Path) -> None:
    with Catalog.open(store) as catalog:
        groups = find_duplicates(catalog.store)
    sure = [group for group in groups if not group.conflicts]
    assert [set(group.parts) for group in sure] == [{"=A1", "A2"}]
    assert all("B1" in group.parts for group in groups if group.conflicts)


def test_the_command_prints_json_and_writes_a_harmless_table(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pairs.csv"
    with pytest.raises(SystemExit) as ended:
        main(["duplicates", "--store", str(store), "--json", "--out", str(out)])
    assert ended.value.code == 0
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert set(groups[0]["parts"]) == {"=A1", "A2"}
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "'=A1" in (rows[0]["part_number"], rows[0]["other_part_number"])


def test_the_command_tells_people_what_speaks_for_it(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["duplicates", "--store", str(store)])
    shown = capsys.readouterr().out
    assert "same_name" in shown
    assert "1 groups of parts entered twice" in shown
