"""The demo catalogue: the same every time, dirty in the ways that are promised, with exact truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.catalogue import COLUMNS, draw_up_parts, english_name, german_name, make_catalogue
from demo.dirt import dirty
from demo.parts import KINDS, DrawnPart, Kind
from demo.scenes import draw_scene


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path / "a", 20, seed=3)
    make_catalogue(tmp_path / "b", 20, seed=3)
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
    assert catalogue.photos == len(list(catalogue.images.iterdir()))


@pytest.mark.slow
def test_the_table_is_as_real_ones_are(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, 120, seed=1)
    rows = _rows(catalogue.table, ";")
    assert tuple(rows[0]) == COLUMNS
    with_photo = [row for row in rows[:120] if row["Bild 1"]]
    assert 0.4 < len(with_photo) / 120 < 0.7
    assert any(row["Bild 2"] for row in rows)
    assert any(not row["Bezeichnung DE"] for row in rows[:120])
    assert any(not row["Description EN"] for row in rows[:120])
    for row in with_photo:
        assert (tmp_path / row["Bild 1"]).is_file()
    assert [row["Artikelnummer"] for row in rows[120:]] == [
        rows[0]["Artikelnummer"],
        rows[0]["Artikelnummer"],
        "",
        "99-LEER",
        "99-FOTO-FEHLT",
    ]


def test_the_truth_fits_the_photos(tmp_path: Path) -> None:
    make_catalogue(tmp_path, 25, seed=2)
    truth = _rows(tmp_path / "truth.csv", ",")
    assert truth
    for row in truth:
        with (
            Image.open(tmp_path / row["file"]) as photo,
            Image.open(tmp_path / row["mask"]) as mask,
        ):
            assert photo.size == mask.size
            assert 0.005 < np.asarray(mask).mean() < 0.8
        assert 0.01 < float(row["mm_per_px"]) < 10


def test_part_numbers_are_unique_and_keep_their_zeros() -> None:
    numbers = [part.number for part in draw_up_parts(500)]
    assert len(set(numbers)) == 500
    assert any(number.startswith("00") for number in numbers)
    assert any("E" in number and number[0].isdigit() for number in numbers)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.subfamily for kind in KINDS])
def test_every_kind_draws_inside_its_extent_in_every_size(kind: Kind) -> None:
    for size in kind.sizes:
        part = DrawnPart("x", kind, size, kind.materials[0], "")
        scene = draw_scene(part, np.random.default_rng(4), side=96)
        assert scene.image.shape == (96, 96, 3)
        covered = scene.mask.mean()
        assert 0.005 < covered < 0.8, (size, covered)
        border = np.concatenate(
            [scene.mask[0], scene.mask[-1], scene.mask[:, 0], scene.mask[:, -1]]
        )
        assert border.mean() < 0.1, size


def test_names_carry_standard_and_size() -> None:
    part = DrawnPart("x", KINDS[0], (8, 20), "zinc", "8.8")
    assert german_name(part) == "Sechskantschraube DIN 933 M8x20 8.8 verzinkt"
    assert english_name(part) == "Hexagon head screw DIN 933 M8x20 8.8 zinc plated"


def test_dirt_never_invents_a_name() -> None:
    rng = np.random.default_rng(0)
    assert {dirty("", rng) for _ in range(50)} <= {"", "n/a", "-"}
    ways = {dirty("Sechskantschraube M8x20 brüniert", rng) for _ in range(100)}
    assert len(ways) >= 5
