"""Masks: the box and the window around one, none at all, and one brought back to its photo's size."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Segmentation


def nothing_found(height: int, width: int) -> Segmentation:
    """Return the segmentation of an image in which there is no part."""
    return Segmentation(np.zeros((height, width), np.bool_), (0, 0, 0, 0), 0.0, "")


def box_of(mask: Mask) -> tuple[int, int, int, int]:
    """Return xyxy around a mask in pixels, right and bottom exclusive; zeros when it is empty."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def window_of(mask: Mask, margin: int = 0) -> tuple[slice, slice]:
    """Return the rows and columns of a mask that is not empty, and so many pixels around it."""
    left, top, right, bottom = box_of(mask)
    rows = slice(max(0, top - margin), bottom + margin)
    return rows, slice(max(0, left - margin), right + margin)


def restored(segmentation: Segmentation, image: RgbImage) -> Segmentation:
    """Return what was found in a reduced image as of ``image``, from which that was made."""
    height, width = image.shape[:2]
    if segmentation.mask.shape == (height, width):
        return segmentation
    if segmentation.is_empty:
        return nothing_found(height, width)
    levels = segmentation.mask.astype(np.uint8) * 255
    mask: Mask = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR) > 127
    return Segmentation(mask, box_of(mask), segmentation.score, segmentation.label)
