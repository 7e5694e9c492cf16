"""A catalogue whose photos are cut by what prompts name, with tiny real models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from catalog.errors import UsageError
from catalog.parts import point_id
from ingest.api import ingest
from partscope.catalog import Catalog
from segmentation.choices import Choice
from segmentation.review.decide import decide
from tests.segmentation.by_text.tiny_models import save_detector, save_mask_model

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of what torch imports
MODELS = {"image_model": "builtin:colour", "text_model": "none"}
RANDOM = np.random.default_rng(7)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {
        "segmenter": "grounded-sam",
        "segmenter_detector": str(save_detector(tmp_path / "detector")),
        "segmenter_mask_model": str(save_mask_model(tmp_path / "masks")),
    }


@pytest.fixture
def table(tmp_path: Path) -> Path:
    for number in range(6):
        pixels = RANDOM.integers(0, 256, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    frame = pd.DataFrame({"part_number": range(6), "image": [f"{n}.png" for n in range(6)]})
    frame.to_csv(tmp_path / "parts.csv", index=False)
    return tmp_path / "parts.csv"


def _told(catalog: Catalog, number: str) -> dict[str, Any]:
    [record] = catalog.store.get([str(point_id("parts", number))])
    segmentation: dict[str, Any] = record.payload["views"][0]["segmentation"]
    return segmentation


def test_who_names_its_models_gets_grounded_sam_in_a_new_catalogue_alone(
    tmp_path: Path, table: Path, settings: dict[str, Any]
) -> None:
    del settings["segmenter"]
    with Catalog.open(tmp_path / "new", **MODELS, **settings) as catalog:
        ingest(catalog, table)
        record = catalog.manifest.segmentation
        assert record is not None
        assert record.segmenter == "grounded-sam"
    with Catalog.open(tmp_path / "plain", **MODELS) as catalog:
        ingest(catalog, table)
    with Catalog.open(tmp_path / "plain", **MODELS, **settings) as catalog:
        assert ingest(catalog, table).failed == 0
        assert catalog.manifest.segmentation is None


def test_photos_are_cut_once_and_a_re_prompt_reaches_the_models(
    tmp_path: Path, table: Path, settings: dict[str, Any]
) -> None:
    store = tmp_path / "store"
    with Catalog.open(store, segment="all", **MODELS, **settings) as catalog:
        summary = ingest(catalog, table)
        assert summary.segmented + summary.full_photos.total() == 6
        assert summary.full_photos["segmenter_failed"] == 0
        labels = {_told(catalog, str(number)).get("label") for number in range(6)}
        assert "mechanical part" in labels
    with Catalog.open(store, **MODELS) as catalog:  # the manifest knows the models
        assert ingest(catalog, table).unchanged == 6
        with pytest.raises(UsageError, match="what the part is called"):
            decide(catalog, "3", 1, Choice("yes", "review", " . "))
        decide(catalog, "3", 1, Choice("yes", "review", "bolt ."))
        summary = ingest(catalog, table)
        assert (summary.updated, summary.unchanged, summary.masks_kept) == (1, 5, 0)
        assert _told(catalog, "3")["prompt"] == "bolt ."
        assert _told(catalog, "3").get("label") in ("bolt", None)
        assert ingest(catalog, table).unchanged == 6


def test_a_prompt_without_a_part_creates_no_catalogue(
    tmp_path: Path, table: Path, settings: dict[str, Any]
) -> None:
    with (
        Catalog.open(tmp_path / "store", segment_prompt=".", **MODELS, **settings) as catalog,
        pytest.raises(UsageError, match="what the part is called"),
    ):
        ingest(catalog, table)
    assert not (tmp_path / "store" / "parts" / "catalog.json").exists()
