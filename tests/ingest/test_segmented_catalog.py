"""A catalogue with a segmenter from end to end: ingest, again, queries, choices, rebuild."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.errors import FingerprintMismatch, StoreError, UsageError
from catalog.parts import point_id
from catalog.progress import Silent
from ingest.api import ingest
from ingest.rebuild import rebuild
from partscope.catalog import Catalog
from segmentation.choices import DECISIONS, Choice
from segmentation.review.decide import decide
from tests.ingest.block_photos import write_block_photo
from tests.segmentation.drawn_rulers import photo_with_ruler
from tests.segmentation.threshold import photo

MODELS = {"image_model": "builtin:colour", "text_model": "none"}
ROWS = [
    {"part_number": "1", "name_de": "Bolzen", "image": "1.png"},
    {"part_number": "2", "name_de": "Platte", "image": "2.png|2b.png"},
    {"part_number": "3", "name_de": "Welle", "image": "3.png"},
    {"part_number": "4", "name_de": "Ring"},
]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path, segmenter="silhouette", segment="all") as opened:
        yield opened


def open_catalog(tmp_path: Path, **settings: Any) -> Catalog:
    return Catalog.open(tmp_path / "store", batch_size=4, **{**MODELS, **settings})


def table_of(tmp_path: Path, rows: Sequence[dict[str, str]] = ROWS) -> Path:
    path = tmp_path / "parts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        columns = ["part_number", "name_de", "image", "Freistellen"]
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        for name in filter(None, row.get("image", "").split("|")):
            write_block_photo(tmp_path / name)
    return path


def views_of(catalog: Catalog, number: str) -> list[dict[str, Any]]:
    [record] = catalog.store.get([str(point_id("parts", number))])
    return list(record.payload["views"])


def vector_of(catalog: Catalog, number: str, name: str = "image") -> np.ndarray:
    [record] = catalog.store.get([str(point_id("parts", number))], with_vectors=True)
    return np.asarray(record.vectors[name])


def test_views_are_cut_counted_and_told(catalog: Catalog, tmp_path: Path) -> None:
    summary = ingest(catalog, table_of(tmp_path))
    assert (summary.images_used, summary.segmented, summary.masks_kept) == (4, 4, 0)
    assert summary.seconds_by_stage["segment"] > 0
    assert summary.to_json()["segmentation"] == {
        "segmented": 4,
        "from_cache": 0,
        "full_photo": {},
    }
    assert any(
        re.fullmatch(r"segmentation: 4 segmented, 0 full photos, [\d.]+ s", line)
        for line in summary.lines()
    )
    [segmentation] = [view["segmentation"] for view in views_of(catalog, "1")]
    assert segmentation["used"] == "crop"
    left, top, right, bottom = segmentation["box"]
    assert abs((right - left) - 80) <= 8
    assert abs((bottom - top) - 60) <= 8
    with Path(summary.report).open(encoding="utf-8-sig", newline="") as file:
        report = {row["part_number"]: row["segmentation"] for row in csv.DictReader(file)}
    assert report["2"] == "2.png: crop; 2b.png: crop"
    assert report["4"] == ""


def test_the_sample_that_the_embedder_learns_from_is_not_segmented_twice(tmp_path: Path) -> None:
    models = {"image_model": "builtin:combined", "segmenter": "silhouette", "segment": "all"}
    with open_catalog(tmp_path, **models) as catalog:
        summary = ingest(catalog, table_of(tmp_path))
    # One view of each part is in the sample, the second one of part 2 is not.
    assert (summary.segmented, summary.masks_kept) == (4, 3)
    assert summary.seconds_by_stage["segment"] > 0


def test_nothing_is_segmented_twice(catalog: Catalog, tmp_path: Path) -> None:
    table = table_of(tmp_path)
    ingest(catalog, table)
    before = vector_of(catalog, "2", "views")
    catalog.close()
    with open_catalog(tmp_path) as again:
        assert ingest(again, table).unchanged == 4
        summary = ingest(again, table, resume=False)
        assert summary.segmented == summary.masks_kept == 0  # unchanged: not even looked at
        [mask] = list((tmp_path / "store" / "parts" / "masks").rglob("*.png"))[:1]
        mask.write_bytes(b"broken")
    with open_catalog(tmp_path) as built:
        summary = rebuild(built, Silent())
        assert (summary.segmented, summary.masks_kept) == (4, 3)
        np.testing.assert_array_equal(vector_of(built, "2", "views"), before)


@pytest.mark.parametrize("use", ["crop", "both", "full"])
def test_a_query_is_cut_as_stored_views_are(tmp_path: Path, use: str) -> None:
    with open_catalog(tmp_path, segmenter="silhouette", segment="all", segment_use=use) as catalog:
        ingest(catalog, table_of(tmp_path))
    with open_catalog(tmp_path) as catalog:
        queries = catalog.embed_images([tmp_path / "1.png", (tmp_path / "3.png").read_bytes()])
        stored = np.stack([vector_of(catalog, number) for number in ("1", "3")])
        np.testing.assert_allclose(queries, stored, atol=1e-5)
        hit = catalog.search(image=tmp_path / "2b.png", explain=True).hits[0]
        assert (hit.part_number, hit.image) == ("2", "2b.png")
        rows = {"crop": 2, "both": 4, "full": 2}[use]
        assert len(vector_of(catalog, "2", "views")) == rows


@pytest.mark.parametrize(
    "given",
    [
        {"segmenter": "none"},
        {"segment": "none"},
        {"segment": "auto"},
        {"segment_use": "both"},
        {"segment_prompt": "nut ."},
    ],
    ids=str,
)
def test_another_way_of_cutting_is_refused(
    catalog: Catalog, tmp_path: Path, given: dict[str, Any]
) -> None:
    table = table_of(tmp_path)
    ingest(catalog, table)
    catalog.close()
    with open_catalog(tmp_path, **given) as other:
        for dry_run in (True, False):
            with pytest.raises(FingerprintMismatch, match="rebuild --catalog parts --segm"):
                ingest(other, table, dry_run=dry_run)
        with pytest.raises(FingerprintMismatch, match="silhouette"):
            other.search(image=tmp_path / "1.png")
        assert other.search("Bolzen").hits  # names need no segmenter


def test_a_catalogue_of_full_photos_refuses_a_segmenter(tmp_path: Path) -> None:
    table = table_of(tmp_path)
    with open_catalog(tmp_path) as plain:
        summary = ingest(plain, table)
        assert (summary.segmented, summary.full_photos) == (0, {})
        assert "segmentation" not in views_of(plain, "1")[0]
        assert plain.manifest.segmentation is None
    assert not (tmp_path / "store" / "parts" / "masks").exists()
    with open_catalog(tmp_path, segmenter="silhouette") as other:
        with pytest.raises(FingerprintMismatch, match="--segmenter silhouette --segment auto"):
            ingest(other, table)
        summary = rebuild(other, Silent())
        assert summary.segmented + summary.full_photos.total() == 4
    with open_catalog(tmp_path, segmenter="none") as back:
        assert rebuild(back, Silent()).segmented == 0
        assert back.manifest.segmentation is None


def test_auto_remembers_its_groups(tmp_path: Path) -> None:
    with open_catalog(tmp_path, segmenter="silhouette") as catalog:
        for name in ("1.png", "3.png"):  # parts that fill their photos
            Image.fromarray(photo((20, 16, 140, 100))).save(tmp_path / name)
        summary = ingest(catalog, table_of(tmp_path))
        assert (summary.segmented, summary.full_photos) == (2, {"not_needed": 2})
        assert "triage-g1.npz" in catalog.store.artefacts()
        assert views_of(catalog, "1")[0]["segmentation"] == {"used": "full", "reason": "not_needed"}
        assert views_of(catalog, "2")[0]["segmentation"]["used"] == "crop"


def test_a_column_decides_row_by_row(catalog: Catalog, tmp_path: Path) -> None:
    rows = [dict(row) for row in ROWS]
    rows[0]["Freistellen"], rows[1]["Freistellen"], rows[2]["Freistellen"] = "nein", "ja", "?"
    summary = ingest(catalog, table_of(tmp_path, rows))
    assert summary.full_photos == {"column": 1}
    assert summary.events["segment_not_understood"] == 1
    rows[1]["Freistellen"] = "nein"
    summary = ingest(catalog, table_of(tmp_path, rows))
    assert (summary.updated, summary.unchanged) == (1, 3)
    assert rebuild(catalog, Silent()).full_photos == {"column": 3}  # also without the table
    assert ingest(catalog, table_of(tmp_path, rows)).unchanged == 4


def test_decisions_are_kept_and_process_that_part_alone(catalog: Catalog, tmp_path: Path) -> None:
    table = table_of(tmp_path)
    ingest(catalog, table)
    cropped = vector_of(catalog, "2", "views")
    assert decide(catalog, "2", 2, Choice("no", "review")) == "2b.png"
    catalog.close()
    with open_catalog(tmp_path) as again:
        summary = ingest(again, table)
        assert (summary.updated, summary.unchanged) == (1, 3)
        assert (summary.segmented, summary.full_photos) == (1, {"review": 1})
        uses = [view["segmentation"]["used"] for view in views_of(again, "2")]
        assert uses == ["crop", "full"]
        assert ingest(again, table).unchanged == 4
        assert rebuild(again, Silent()).full_photos == {"review": 1}
        assert ingest(again, table).unchanged == 4
        decide(again, "2", 2, None)
        assert ingest(again, table).updated == 1
        np.testing.assert_array_equal(vector_of(again, "2", "views"), cropped)


def test_decisions_about_nothing_are_refused(catalog: Catalog, tmp_path: Path) -> None:
    ingest(catalog, table_of(tmp_path))
    for number, view, message in (
        ("9", 1, "no part '9'"),
        ("1", 2, "views 1 to 1"),
        ("4", 1, "no"),
    ):
        with pytest.raises(UsageError, match=message):
            decide(catalog, number, view, Choice("no", "review"))
    catalog.store.write_artefact(DECISIONS, b"{")
    with pytest.raises(StoreError, match=r"decided about photos .* is damaged"):
        ingest(catalog, table_of(tmp_path))


def test_hopeless_photos_are_used_whole_and_huge_ones_are_cut(
    catalog: Catalog, tmp_path: Path
) -> None:
    Image.new("RGB", (1, 1), "red").save(tmp_path / "pixel.png")
    Image.new("RGB", (90, 70), "grey").save(tmp_path / "colour.png")
    Image.new("RGB", (3000, 1), "white").save(tmp_path / "row.png")
    huge = Image.new("L", (8000, 6240), 220)  # just under 50 megapixels
    huge.paste(40, (3000, 2000, 6000, 4000))
    huge.save(tmp_path / "huge.jpg")
    names = ("pixel.png", "colour.png", "row.png", "huge.jpg")
    rows = [{"part_number": name, "image": name} for name in names]
    summary = ingest(catalog, table_of(tmp_path, rows))
    assert (summary.images_used, summary.images_failed, summary.segmented) == (4, 0, 1)
    left, top, right, bottom = views_of(catalog, "huge.jpg")[0]["segmentation"]["box"]
    box = np.array([left, top, right, bottom])
    assert np.abs(box - (3000, 2000, 6000, 4000)).max() < 120
    for name in names[:3]:
        assert views_of(catalog, name)[0]["segmentation"]["used"] == "full"


def test_a_size_that_a_ruler_tells_is_stored_and_found(catalog: Catalog, tmp_path: Path) -> None:
    pixels = photo_with_ruler(8.0)
    pixels[380:480, 200:440] = (20, 40, 30)  # 30 x 12.5 mm
    Image.fromarray(pixels).save(tmp_path / "ruler.png")
    rows = [{**ROWS[0], "image": "1.png|ruler.png"}, ROWS[2]]
    ingest(catalog, table_of(tmp_path, rows))
    plain, ruled = (view["segmentation"] for view in views_of(catalog, "1"))
    assert "measured" not in plain
    [record] = catalog.store.get([str(point_id("parts", "1"))])
    measured = record.payload["measured"]
    assert measured == ruled["measured"]
    assert abs(measured["length_mm"] - 30) <= measured["uncertainty_mm"] < 5
    assert abs(measured["width_mm"] - 12.5) <= measured["uncertainty_mm"]
    result = catalog.search(image=tmp_path / "1.png", filters=["measured.length_mm=25..35"])
    assert [hit.part_number for hit in result.hits] == ["1"]


def test_an_unknown_segmenter_is_a_wrong_call_also_in_a_dry_run(tmp_path: Path) -> None:
    with open_catalog(tmp_path, segmenter="scissors") as catalog:
        for dry_run in (True, False):
            with pytest.raises(UsageError, match="unknown segmenter 'scissors'"):
                ingest(catalog, table_of(tmp_path), dry_run=dry_run)
        assert not catalog.exists


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"segment": "all"}, "--segment all needs a segmenter"),
        ({"segment_use": "both"}, "--segment-use both needs a segmenter"),
    ],
    ids=str,
)
def test_nothing_is_cut_silently_for_want_of_a_segmenter(
    tmp_path: Path, given: dict[str, Any], message: str
) -> None:
    table = table_of(tmp_path)
    with open_catalog(tmp_path, **given) as catalog:
        for dry_run in (True, False):
            with pytest.raises(UsageError, match=message):
                ingest(catalog, table, dry_run=dry_run)
        assert not catalog.exists
    with open_catalog(tmp_path, segmenter="none", **given) as catalog:
        assert ingest(catalog, table).segmented == 0
    with open_catalog(tmp_path, **given) as catalog, pytest.raises(UsageError, match=message):
        rebuild(catalog, Silent())
