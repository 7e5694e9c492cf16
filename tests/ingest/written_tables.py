"""Tables written to ingest, with photos beside them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from PIL import Image

MakeTable: TypeAlias = Callable[..., Path]
"""The fixture ``make_table``: from rows to the path of a CSV, photos beside it."""


@pytest.fixture
def make_table(tmp_path: Path) -> MakeTable:
    """Give a function that writes a CSV of part rows and a photo for each image it names."""

    def make(rows: Sequence[dict[str, str]], name: str = "parts.csv") -> Path:
        columns = ["part_number", "name_de", "name_en", "description", "image", "family"]
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            for reference in filter(_is_inside, row.get("image", "").split("|")):
                write_photo(tmp_path / reference)
        return tmp_path / name

    return make


def write_photo(path: Path, colour: tuple[int, int, int] | None = None) -> None:
    """Write a photo whose colour depends on its name, unless there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and colour is None:
        return
    rng = np.random.default_rng(list(path.name.encode()))
    pixels = np.clip(rng.normal(colour or rng.integers(0, 255, 3), 9, (60, 80, 3)), 0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def _is_inside(reference: str) -> bool:
    return bool(reference) and not reference.startswith((".", "/"))
