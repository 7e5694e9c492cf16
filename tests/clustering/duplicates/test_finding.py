"""Parts entered twice are found, with the evidence; contradictions are shown and never merged."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from catalog.names.attributes import read_attributes
from clustering.duplicates.evidence import (
    DuplicatePair,
    Evidence,
    SharedTraits,
    compare_parts,
    name_key,
)
from clustering.duplicates.finding import find_duplicates, group_pairs
from partscope.catalog import Catalog
from partscope.cli import main

SCREW = "Sechskantschraube DIN 933 M8x20 verzinkt"


def part(number: str, name: str = "", **more: Any) -> dict[str, Any]:
    attributes = read_attributes(name) if name else {}
    return {"part_number": number, "name_de": name, "attributes": attributes, **more}


ALIKE = SharedTraits({}, name_count=2)


def test_the_same_full_name_is_evidence_and_a_bare_word_is_not() -> None:
    full = compare_parts(part("1", SCREW), part("2", SCREW), ALIKE)
    bare = compare_parts(part("1", "Schraube"), part("2", "Schraube"), ALIKE)
    assert full.score > 0.7 > bare.score
    assert full.evidence.same_name
    assert full.evidence.attributes["thread"] == "M8"


def test_a_name_that_many_share_says_little() -> None:
    rare = compare_parts(part("1", "Motor"), part("2", "Motor"), SharedTraits({}, name_count=2))
    common = compare_parts(part("1", "Motor"), part("2", "Motor"), SharedTraits({}, name_count=40))
    assert common.score < 0.2 < rare.score


def test_sizes_voltage_side_weight_and_family_speak_against_it() -> None:
    one = part("1", "Motor 24 V links", weight_kg=2.0, family="motors")
    other = part("2", "Motor 230 V rechts", weight_kg=3.0, family="drives")
    pair = compare_parts(one, other, SharedTraits({"image": 0.99}, photo_count=2))
    assert set(pair.conflicts) == {"voltage_v", "side", "weight_kg", "family"}
    assert pair.conflicts["weight_kg"] == (2.0, 3.0)


def test_evidence_adds_up_and_order_does_not_matter() -> None:
    one, other = part("1", SCREW, weight_kg=0.1), part("2", SCREW, weight_kg=0.1)
    weighed = compare_parts(one, other, ALIKE)
    assert weighed.score > compare_parts(part("1", SCREW), part("2", SCREW), ALIKE).score
    assert weighed.score == compare_parts(other, one, ALIKE).score
    assert weighed.score <= 1


def test_the_key_of_a_name_ignores_order_and_translations() -> None:
    one = {"name_de": "Motor, links"}
    other = {
        "name_de": "links Motor",
        "name_en": "left motor",
        "name_origin": {"de": "given", "en": "translated"},
    }
    assert name_key(one) == name_key(other) == {"motor", "link"} or name_key(one) == name_key(other)
    assert name_key({}) == frozenset()


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
