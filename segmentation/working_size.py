"""Segment a reduced image, hand back a mask of the image's own size."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.by_text.detections import box_of, nothing_found
from segmentation.contract import Segmentation


def reduced(image: RgbImage, longest: int) -> RgbImage:
    """Return the image with its long side at most ``longest`` pixels; smaller ones as they are."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(image)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA))


def reduced_fast(image: RgbImage, longest: int) -> RgbImage:
    """Return nearly the same as ``reduced`` in a third of its time: large images are halved first."""
    if max(image.shape) > 2 * longest:
        height, width = image.shape[:2]
        half = max(1, width // 2), max(1, height // 2)
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA))
    return reduced(image, longest)


def restored(segmentation: Segmentation, image: RgbImage) -> Segmentation:
    """Return what was found in the reduced image as of ``image``, from which it was made."""
    height, width = image.shape[:2]
    if segmentation.mask.shape == (height, width):
        return segmentation
    if segmentation.is_empty:
        return nothing_found(height, width)
    levels = segmentation.mask.astype(np.uint8) * 255
    mask: Mask = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR) > 127
    return Segmentation(mask, box_of(mask), segmentation.score, segmentation.label)
