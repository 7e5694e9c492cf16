"""Photos of a dark block on a light table, for tests that cut it out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def write_block_photo(path: Path) -> None:
    """Write a photo, the block's place and colour by the file's name, unless there is one already."""
    if path.exists():
        return
    rng = np.random.default_rng(list(path.name.encode()))
    pixels = rng.normal(215, 4, (180, 240, 3))
    left, top = rng.integers(60, 100), rng.integers(50, 80)
    pixels[top : top + 60, left : left + 80] = rng.integers(10, 90, 3) + rng.normal(
        0, 4, (60, 80, 3)
    )
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path)
