"""Killed at any moment, the same command finishes the work: every row is one point or one dead letter."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.parts import point_id
from ingest.ledger import Ledger, ledger_path
from partscope.catalog import Catalog
from partscope.cli import main
from tests.e2e.children import killed_after, seconds_of

SCRIPT = Path(sys.executable).with_name("partscope")
ROWS = 400
KILLS = 30


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    rng = np.random.default_rng(0)
    (folder / "images").mkdir()
    with (folder / "parts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["part_number", "name_de", "name_en", "image"])
        for n in range(ROWS):
            image = ""
            if n % 4 == 0:
                image = f"images/{n}.png"
                pixels = rng.integers(0, 255, (48, 48, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / image)
            number = "" if n % 50 == 7 else f"P-{n}"
            writer.writerow([number, f"Schraube M{n % 12 + 3}x{n}", f"screw type {n}", image])
    return folder / "parts.csv"


# Small batches: many moments between two commits to be killed in.
SMALL_BATCHES = {"PARTSCOPE_BATCH_SIZE": "8"}


def _words(table: Path, store: Path) -> list[str]:
    options = ["--image-model", "builtin:colour", "--text-model", "builtin:tfidf", "--json"]
    return ["ingest", str(table), "--store", str(store), *options]


def ingest(table: Path, store: Path) -> None:
    """Run the command; this is what is killed."""
    os.environ |= SMALL_BATCHES
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        suppress(SystemExit),
    ):
        main(_words(table, store))


@pytest.mark.slow
def test_thirty_kills_lose_and_double_nothing(table: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    choose = random.Random(1)
    for name in ("first", "second"):  # the first one takes longer to start
        whole = seconds_of(ingest, table, tmp_path / name)
    killed = 0
    while killed < KILLS:
        is_new = not store.exists()
        was_killed = killed_after(choose.uniform(0.05, 1.0) * whole, ingest, table, store)
        killed += was_killed
        if is_new and not was_killed:
            whole *= 0.8  # the machine is faster than it was
        if not was_killed or choose.random() < 0.4:  # so that early moments are hit as well
            shutil.rmtree(store, ignore_errors=True)
    done = subprocess.run(
        [SCRIPT, *_words(table, store)],
        env=os.environ | SMALL_BATCHES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr  # the rows without a number fail every time
    summary = json.loads(done.stdout)
    assert summary["rows"] == ROWS
    _check_every_row(table, store)


def _check_every_row(table: Path, store: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with Catalog.open(store) as catalog:
        with Ledger(
            ledger_path(catalog.settings.work_folder, 1), catalog.manifest.identity
        ) as ledger:
            dead = {letter.row_number for letter in ledger.dead_letters()}
        ids = {
            str(point_id("parts", row["part_number"])): row for row in rows if row["part_number"]
        }
        records = catalog.store.get(list(ids), with_vectors=True)
        assert catalog.store.count() == len(ids)
        assert len(records) == len(ids)
        for record in records:
            row = ids[record.id]
            assert record.payload["name_de"] == row["name_de"]
            expected = {"name_de", "name_en", "terms"} | ({"image"} if row["image"] else set())
            assert set(record.vectors) == expected
    assert dead == {number for number, row in enumerate(rows, 1) if not row["part_number"]}
