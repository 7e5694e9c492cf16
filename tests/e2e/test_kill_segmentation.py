"""Killed while photos are segmented: the same command again finishes, and keeps what was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from PIL import Image

from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from partscope.catalog import Catalog
from partscope.cli import main
from segmentation.contract import Segmentation
from segmentation.mask_cache import MaskCache
from tests.e2e.children import started

SCRIPT = Path(sys.executable).parent / "partscope"
PHOTOS = 40
MODELS = ["--image-model", "builtin:colour", "--text-model", "none"]
SMALL_BATCHES = {"PARTSCOPE_BATCH_SIZE": "8"}


def ingest(words: list[str], masks: int) -> None:
    """Run the command, and be killed when it has kept so many masks."""
    put, kept = MaskCache.put, count(1)

    def put_and_die(cache: MaskCache, key: str, found: Segmentation) -> None:
        put(cache, key, found)
        if next(kept) == masks:
            os.kill(os.getpid(), signal.SIGKILL)

    os.environ |= SMALL_BATCHES
    with patch.object(MaskCache, "put", put_and_die):
        main(words)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    for number, part in enumerate(draw_up_parts(PHOTOS, 2)):
        scene = draw_scene(part, photo_seed(part, 0, 2), 160)
        Image.fromarray(scene.image).save(tmp_path / f"{number}.jpg")
    numbers = range(PHOTOS)
    rows = {"part_number": [f"P{n}" for n in numbers], "image": [f"{n}.jpg" for n in numbers]}
    pd.DataFrame(rows).to_csv(tmp_path / "parts.csv", index=False)
    return tmp_path / "parts.csv"


@pytest.mark.slow
def test_a_kill_loses_no_mask_and_no_part(table: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    words = ["ingest", str(table), "--store", str(store), *MODELS, "--json"]
    words += ["--segmenter", "silhouette", "--segment", "all"]
    child = started(ingest, words, 8)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    masks_before = len(_masks(store))
    assert 8 <= masks_before < PHOTOS
    done = subprocess.run(
        [SCRIPT, *words],
        env=os.environ | SMALL_BATCHES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["created"] + summary["updated"] + summary["unchanged"] == PHOTOS
    counts = summary["segmentation"]
    cut = counts["segmented"] + sum(counts["full_photo"].values())
    assert cut + summary["unchanged"] == PHOTOS
    assert counts["from_cache"] >= masks_before - summary["unchanged"]
    assert len(_masks(store)) == PHOTOS
    with Catalog.open(store) as catalog:
        views = [r.payload["views"][0] for batch in catalog.store.scan() for r in batch]
    assert len(views) == PHOTOS
    assert all("used" in view["segmentation"] for view in views)


def _masks(store: Path) -> list[Path]:
    return list((store / "parts" / "masks").rglob("*.png"))
