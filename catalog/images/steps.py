"""Preparation steps that work on every pixel: size, padding, contrast, sharpness."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import RgbImage

_CLIP_LIMIT = 2.0
_TILES = (8, 8)
_SHARPNESS = 1.0
_BLUR_SHARE = 1 / 200
"""Blur radius of the unsharp mask over the short side: edges look alike at every size."""


def resize(image: RgbImage, *, side: int) -> RgbImage:
    """Return the image scaled so that its long side is ``side`` pixels."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=method), dtype=np.uint8)


def pad(image: RgbImage, *, white: bool) -> RgbImage:
    """Return the image in the middle of a square of white or of its border's median colour."""
    height, width = image.shape[:2]
    side = max(height, width)
    canvas = np.empty((side, side, 3), dtype=np.uint8)
    canvas[:] = 255 if white else _border_colour(image)
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = image
    return canvas


def clahe(image: RgbImage) -> RgbImage:
    """Return the image with its contrast evened out tile by tile, on lightness alone.

    Contrast limited adaptive histogram equalisation (Zuiderveld 1994): 8 x 8 tiles, clip limit 2.
    """
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    equaliser = cv2.createCLAHE(clipLimit=_CLIP_LIMIT, tileGridSize=_TILES)
    lab[:, :, 0] = equaliser.apply(np.ascontiguousarray(lab[:, :, 0]))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), dtype=np.uint8)


def sharpen(image: RgbImage) -> RgbImage:
    """Return the image with its edges emphasised by an unsharp mask of strength 1."""
    radius = max(1.0, min(image.shape[:2]) * _BLUR_SHARE)
    blurred = cv2.GaussianBlur(image, (0, 0), radius)
    sharp = cv2.addWeighted(image, 1 + _SHARPNESS, blurred, -_SHARPNESS, 0)
    return np.asarray(sharp, dtype=np.uint8)


def _border_colour(image: RgbImage) -> RgbImage:
    edges = (image[0], image[-1], image[:, 0], image[:, -1])
    return np.asarray(np.median(np.concatenate(edges), axis=0), dtype=np.uint8)
