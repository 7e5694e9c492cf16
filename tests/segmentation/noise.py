"""Photos of nothing."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import RgbImage


def noise(height: int, width: int, seed: int, smooth: int) -> RgbImage:
    """Return noise, blurred with that sigma in pixels; 0 leaves it sharp."""
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), smooth), np.uint8) if smooth else image
