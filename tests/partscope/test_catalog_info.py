"""What ``partscope info`` prints of a catalogue, for machines and for people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from catalog.store.index_state import IndexState
from catalog.store.manifest import EmbedderRecord, SegmentationRecord
from partscope.catalog_info import CatalogInfo, catalog_info
from tests.search.small_catalog import Item, build

INFO = CatalogInfo(
    catalog="parts",
    store="folder/parts",
    parts=3,
    vectors={"image": 2, "name_de": 3},
    families={f"family {place}": 9 - place for place in range(9)},
    embedders={"image": EmbedderRecord("builtin:x", "f1", 64, "Apache-2.0", "pad")},
    segmentation=SegmentationRecord("silhouette", "f2", "auto", "crop", "part .", "hand ."),
    index=IndexState("small", 3, 0, 20_000),
    still_failing=0,
    generation=2,
    active_run="default@1",
)


def test_the_json_of_a_catalogue() -> None:
    assert json.dumps(replace(INFO, families={"Nuts": 1}).to_json()) == (
        '{"catalog": "parts", "store": "folder/parts", "parts": 3, '
        '"vectors": {"image": 2, "name_de": 3}, "families": {"Nuts": 1}, '
        '"embedders": {"image": {"name": "builtin:x", "fingerprint": "f1", "dim": 64, '
        '"licence": "Apache-2.0", "preparation": "pad"}}, "segmenter": "silhouette", '
        '"segmentation": {"segmenter": "silhouette", "fingerprint": "f2", "mode": "auto", '
        '"use": "crop", "part": "part .", "remove": "hand .", "detector": "", "mask_model": ""}, '
        '"index": {"phase": "small", "points": 3, "indexed": 0, "threshold": 20000, '
        '"problem": ""}, "still_failing": 0, "generation": 2, "active_run": "default@1"}'
    )
    without = replace(INFO, segmentation=None).to_json()
    assert (without["segmenter"], without["segmentation"]) == ("none", None)


def test_the_lines_for_people_name_the_first_families() -> None:
    lines = list(INFO.lines())
    assert lines[0] == "catalogue parts in folder/parts: 3 parts"
    assert lines[1:3] == ["  with image: 2", "  with name_de: 3"]
    assert "  image model builtin:x (64 d, Apache-2.0)" in lines
    assert "  segmenter silhouette (auto, crop)" in lines
    assert lines[-1].startswith("  families: family 0 9, family 1 8")
    assert lines[-1].endswith("family 7 2 and 1 more")


def test_it_is_read_from_the_store(tmp_path: Path) -> None:
    catalog = build(
        tmp_path, [Item("A", "Mutter", None, "Nuts", ((255, 0, 0),)), Item("B", None, "Bolt")]
    )
    info = catalog_info(catalog)
    assert (info.catalog, info.parts, info.families) == ("small", 2, {"Nuts": 1})
    assert (info.vectors["image"], info.vectors["name_en"], info.vectors["views"]) == (1, 1, 0)
    assert (info.generation, info.active_run, info.segmentation) == (1, None, None)
    catalog.close()
