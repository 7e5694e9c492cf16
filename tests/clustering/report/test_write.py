"""A report is one page that needs no network and trusts no name, with its pictures beside it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from catalog.errors import UsageError
from clustering.contract import Curve, Plan
from clustering.job.catalog_state import read_state
from clustering.report.contents import SHEET_OUTLIERS, report_contents
from clustering.report.maps import map_places
from clustering.report.plots import draw_all
from clustering.report.write import write_report
from clustering.runs.reviewed_run import ReviewedRun
from partscope.catalog import Catalog
from partscope.cli import main
from tests.clustering.blobs import Blobs

HOSTILE = "</script><script>alert(1)</script>"
KINDS = ("Kugellager {} mm", "Sechskantschraube M{}", "O-Ring {} mm")


class Page(HTMLParser):
    """Collects what a page would load and which scripts it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.scripts = 0
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.scripts += tag == "script"
        self.ids.add(attributes.get("id") or "")
        self.sources += [value for key in ("src", "href") if (value := attributes.get(key))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    rows = []
    for place in range(36):
        kind, size = KINDS[place % 3], 3 + place
        image = ""
        if place % 2:
            image = f"{place}.png"
            tint = tuple(np.random.default_rng(place % 3).integers(0, 255, 3).tolist())
            Image.new("RGB", (40 + place, 30), tint).save(folder / image)
        rows.append((f"P{place}", kind.format(size), image, f"family {place % 3}"))
    rows[4] = ("P4", f"O-Ring {HOSTILE}", "", "<b>bold</b>")
    frame = pd.DataFrame(rows, columns=["part_number", "name_de", "image", "family"])
    with Catalog.open(folder / "store", image_model="builtin:colour") as catalog:
        catalog.ingest(frame, images=folder)
        catalog.cluster(features=["name"], k=3)
    return folder


@pytest.fixture(scope="module")
def written(folder: Path) -> list[Path]:
    with Catalog.open(folder / "store") as catalog:
        return write_report(catalog, folder / "out")


@pytest.mark.slow
def test_the_page_stands_first_and_every_picture_is_there(written: list[Path]) -> None:
    assert written[0].name == "report.html"
    names = {path.stem for path in written}
    assert {"map-2d", "map-3d", "counts", "confusion", "sheet-0", "sheet-1", "sheet-2"} <= names
    for path in written[1:]:
        with Image.open(path, formats=["PNG"]) as image:
            image.load()


@pytest.mark.slow
def test_the_page_loads_nothing_and_runs_no_name(written: list[Path]) -> None:
    text = written[0].read_text(encoding="utf-8")
    page = Page(text)
    assert all(source.startswith("data:image/") for source in page.sources)
    assert page.scripts == 3
    assert {"cluster-0", "cluster-1", "cluster-2"} <= page.ids
    assert HOSTILE not in text
    assert "<b>bold</b>" not in text


@pytest.mark.slow
def test_the_points_of_the_maps_name_part_picture_and_cluster(written: list[Path]) -> None:
    text = written[0].read_text(encoding="utf-8")
    match = re.search(r'id="points">(.*?)</script>', text, re.DOTALL)
    assert match is not None
    points = json.loads(match[1])
    assert len(points["parts"]) == len(points["flat"]) == len(points["deep"]) == 36
    assert sorted(row for group in points["groups"] for row in group["rows"]) == list(range(36))
    pictured = [part for part in points["parts"] if part["image"] is not None]
    assert len(pictured) == 18
    assert all(points["images"][part["image"]].startswith("data:image/jpeg") for part in pictured)
    assert HOSTILE in next(part["name"] for part in points["parts"] if part["number"] == "P4")


@pytest.mark.slow
def test_the_command_says_where_the_page_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "again"
    with pytest.raises(SystemExit) as ended:
        main(["report", "default", "--store", str(folder / "store"), "--out", str(out), "--json"])
    assert ended.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["files", "seconds"]
    assert said["files"][0] == str(out / "report.html")


def test_without_a_run_it_says_what_to_do(tmp_path: Path) -> None:
    with Catalog.open(tmp_path, image_model="none", text_model="builtin:bag-of-words") as catalog:
        catalog.ingest(pd.DataFrame({"part_number": ["1"], "name_de": ["Motor"]}))
        with pytest.raises(UsageError, match="run `partscope cluster` first"):
            write_report(catalog, tmp_path / "out")


@pytest.fixture
def grouped(blobs: Blobs) -> Blobs:
    blobs.cluster()
    return blobs


def test_a_sheet_begins_with_the_medoid_and_ends_with_the_farthest(grouped: Blobs) -> None:
    contents = report_contents(ReviewedRun.find(grouped.stores.parts), {})
    assert contents.confusion is None
    assert len(contents.sheets) == 4
    for sheet in contents.sheets:
        assert sheet.parts[0].id == sheet.profile.medoid
        assert sheet.outliers == SHEET_OUTLIERS
        typical = [part.outlier for part in sheet.parts[1 : -sheet.outliers]]
        assert typical == sorted(typical)
        assert max(typical) <= min(part.outlier for part in sheet.parts[-sheet.outliers :])


def test_confusion_counts_every_part_of_a_known_family(grouped: Blobs) -> None:
    state = read_state(grouped.stores.parts)
    families = {identity: f"F{place % 5}" for place, identity in enumerate(state.ids[:40])}
    confusion = report_contents(ReviewedRun.find(grouped.stores.parts), families).confusion
    assert confusion is not None
    assert confusion.counts.sum() == 40
    assert confusion.counts.shape == (5, 4)


def test_curves_of_a_run_are_drawn(grouped: Blobs, tmp_path: Path) -> None:
    contents = report_contents(ReviewedRun.find(grouped.stores.parts), {})
    curves = {"k_distance": Curve([1, 2, 3], [0.1, 0.2, 0.9], 0.2)}
    contents = replace(contents, run=replace(contents.run, curves=curves))
    flat = np.zeros((len(contents.mapped), 2), np.float32)
    deep = np.zeros((3, 3), np.float32)
    clusters = [part.cluster for part in contents.mapped]
    names = {path.name for path in draw_all(contents, clusters, flat, deep, tmp_path)}
    assert "k-distance.png" in names


def test_a_handful_of_parts_has_a_map_as_well(grouped: Blobs) -> None:
    ids = read_state(grouped.stores.parts).ids[:3]
    placed, flat, deep = map_places(grouped.stores.parts, ids, Plan(features=("name",)))
    assert placed == ids
    assert (flat.shape, deep.shape) == ((3, 2), (3, 3))
