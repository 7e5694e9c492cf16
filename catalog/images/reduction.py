"""Make pictures smaller, each pixel the mean of an area (OpenCV's INTER_AREA); never larger."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import RgbImage


def long_side_at_most(image: RgbImage, side: int) -> RgbImage:
    """Return the image with its long side at most ``side`` pixels; smaller ones as they are."""
    return _reduced(image, side / max(image.shape[:2]))


def short_side_at_most(image: RgbImage, side: int) -> RgbImage:
    """Return the image with its short side at most ``side`` pixels; smaller ones as they are."""
    return _reduced(image, side / min(image.shape[:2]))


def _reduced(image: RgbImage, scale: float) -> RgbImage:
    pixels = np.ascontiguousarray(image)
    if scale >= 1:
        return pixels
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))
