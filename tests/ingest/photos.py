"""Photos written for tables, and what writes such a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

MakeTable: TypeAlias = Callable[..., Path]
"""The fixture ``make_table``: from rows to the path of a CSV, photos beside it."""


def write_photo(path: Path, colour: tuple[int, int, int] | None = None) -> None:
    """Write a photo whose colour depends on its name, unless there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and colour is None:
        return
    rng = np.random.default_rng(list(path.name.encode()))
    pixels = np.clip(rng.normal(colour or rng.integers(0, 255, 3), 9, (60, 80, 3)), 0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(path)
