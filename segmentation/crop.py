"""From a mask to the picture of the part alone, on a neutral ground."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.masks import box_of

MARGIN = 0.08
"""Room around the part, as a share of its longest side."""
GROUND = 235
"""Brightness of the ground: light grey, as measured in benchmarks/segmentation.py."""
_SOFTNESS = 1.0
"""Blur of the mask's edge, sigma in pixels: a hard edge would be a feature of its own."""


def crop(image: RgbImage, mask: Mask) -> RgbImage:
    """Return the part on a light grey square, scale kept; the mask must not be empty.

    A square, so that embedders that stretch what they are given do not distort the part.
    Shape (side, side, 3).
    """
    left, top, right, bottom = box_of(mask)
    longest = max(bottom - top, right - left)
    side = longest + 2 * (round(MARGIN * longest) + 1)
    square = np.full((side, side, 3), GROUND, np.uint8)
    rows, from_rows = _placed(top, bottom, side, mask.shape[0])
    columns, from_columns = _placed(left, right, side, mask.shape[1])
    inside = np.asarray(mask[from_rows, from_columns], np.float32)
    # Soft inwards only: outside the mask nothing of the ground may show.
    alpha = (inside * cv2.GaussianBlur(inside, (0, 0), _SOFTNESS))[..., None]
    part = image[from_rows, from_columns]
    square[rows, columns] = np.rint(part * alpha + GROUND * (1 - alpha)).astype(np.uint8)
    return square


def _placed(first: int, last: int, side: int, limit: int) -> tuple[slice, slice]:
    """Return where ``first:last`` comes to lie, centred in ``side``, and what is copied there."""
    start = first - (side - (last - first)) // 2
    low, high = max(0, start), min(limit, start + side)
    return slice(low - start, high - start), slice(low, high)
