"""Parts in clear families, told by one vector or by two."""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows
from clustering.contract import Block, Features

FAMILIES = 5


def blobs(seed: int, dim: int, per_family: int = 40, spread: float = 0.2) -> FloatMatrix:
    """Return unit rows of all families, one after the other."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(FAMILIES, dim)), per_family, axis=0)
    return unit_rows((centres + spread * rng.normal(size=centres.shape)).astype(np.float32))


FAMILY = np.repeat(np.arange(FAMILIES), 40)
"""The family of each part."""


def features(blocks: dict[str, tuple[np.ndarray, FloatMatrix]], count: int) -> Features:
    """Return the features of ``count`` parts; a block is the rows that it has and all their vectors."""
    block_of = {name: Block(name, rows, matrix[rows]) for name, (rows, matrix) in blocks.items()}
    return Features([f"{i:05d}" for i in range(count)], np.ones(count, np.int64), block_of)


def two_blocks(missing: float, seed: int = 0) -> Features:
    """Every part has a name; a share ``missing`` of them has no image."""
    rng = np.random.default_rng(seed)
    count = len(FAMILY)
    with_image = np.flatnonzero(rng.random(count) >= missing)
    return features(
        {"image": (with_image, blobs(1, 24)), "name_en": (np.arange(count), blobs(2, 16))}, count
    )
