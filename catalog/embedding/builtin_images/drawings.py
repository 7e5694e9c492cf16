"""Drawn images that stand in for photos where a sample is too small to learn from.

They only have to hold edges, corners, arcs and textures of all sizes and colours.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from catalog.arrays import RgbImage

_SIDE = 160
_SHAPES = 14
_SMOOTH_OUTLINES = 16  # cv2.LINE_AA


def drawings() -> Iterator[RgbImage]:
    """Yield different drawings without end, always the same ones; shape (160, 160, 3)."""
    number = 0
    while True:
        yield _drawing(np.random.default_rng(number))
        number += 1


def _drawing(rng: np.random.Generator) -> RgbImage:
    ramp = np.linspace(rng.uniform(60, 255, 3), rng.uniform(60, 255, 3), _SIDE)
    image = np.repeat(ramp[:, None], _SIDE, axis=1).astype(np.uint8)
    for _ in range(_SHAPES):
        _draw_shape(image, rng)
    noise = rng.normal(0, rng.uniform(1, 8), image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _draw_shape(image: RgbImage, rng: np.random.Generator) -> None:
    colour = [int(level) for level in rng.integers(0, 256, 3)]
    x, y, width, height = (int(value) for value in rng.integers(4, _SIDE, 4))
    width, height = 2 + width // 3, 2 + height // 3
    thickness = int(rng.choice([-1, 1, 2, 5]))
    turn, sweep = float(rng.uniform(0, 180)), float(rng.uniform(90, 360))
    if rng.random() < 0.5:
        centre, axes = (x, y), (width, height)
        cv2.ellipse(image, centre, axes, turn, 0, sweep, colour, thickness, _SMOOTH_OUTLINES)
        return
    corners = cv2.boxPoints(((x, y), (width, height), turn)).astype(np.int32)
    if thickness < 0:
        cv2.fillPoly(image, [corners], colour, _SMOOTH_OUTLINES)
    else:
        cv2.polylines(image, [corners], bool(sweep > 180), colour, thickness, _SMOOTH_OUTLINES)
