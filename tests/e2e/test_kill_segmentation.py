"""Killed while photos are segmented: the same command again finishes, and keeps what was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from partscope.catalog import Catalog

SCRIPT = Path(sys.executable).parent / "partscope"
PHOTOS = 40
MODELS = ["--image-model", "builtin:colour", "--text-model", "none"]


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
    command = [str(SCRIPT), "ingest", str(table), "--store", str(store), *MODELS, "--json"]
    command += ["--segmenter", "silhouette", "--segment", "all"]
    environment = {**os.environ, "PARTSCOPE_BATCH_SIZE": "8"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        _wait_for_masks(store, 8, child)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    masks_before = len(_masks(store))
    assert 8 <= masks_before < PHOTOS
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
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


def _wait_for_masks(store: Path, count: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while len(_masks(store)) < count and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def _masks(store: Path) -> list[Path]:
    return list((store / "parts" / "masks").rglob("*.png"))
