"""Operations on masks: open, fill, drop specks, and flood from the border."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask

_SPECK_SHARE = 0.15
"""Pieces smaller than this share of the largest are clutter."""


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """Where water may stand, in pools that are apart from one another for what has a size.

    ``labels``, shape (height, width): the pool of each pixel that such water fills, 0 elsewhere.
    ``is_wet``: of each pool, whether it is reached from the border; pool 0 never is.
    """

    low: Mask
    gap: int
    labels: NDArray[np.int32]
    is_wet: NDArray[np.bool_]

    def water(self, is_wet: NDArray[np.bool_]) -> Mask:
        """Return where the water of those pools stands, shape (height, width)."""
        wide = cv2.dilate(is_wet.take(self.labels).astype(np.uint8), disc(self.gap)) > 0
        return np.asarray(wide & self.low, bool)


def pools(low: Mask, gap: int, calm: Mask) -> Pools:
    """Return the pools of where water may stand (``low``), filled from the border where that is ``calm``.

    ``gap`` is the radius in pixels that water needs to pass.
    """
    wide = cv2.erode(low.astype(np.uint8), disc(gap), borderValue=1)
    count, labels = cv2.connectedComponents(wide, connectivity=4)
    is_wet = np.zeros(count, bool)
    is_wet[labels[border_of(low.shape) & calm]] = True
    is_wet[0] = False
    return Pools(low, gap, np.asarray(labels), is_wet)


def opened(mask: Mask, radius: int) -> Mask:
    """Return the mask without threads."""
    pixels = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(radius))
    return np.asarray(pixels > 0)


def without_specks(mask: Mask) -> Mask:
    """Return the mask without its small pieces."""
    pixels = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    if count <= 1:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= _SPECK_SHARE * areas[1:].max()
    keep[0] = False
    return np.asarray(keep.take(labels), bool)


def without_holes(mask: Mask) -> Mask:
    """Return the mask with everything filled that it encloses."""
    filled = np.zeros(mask.shape, np.uint8)
    pixels = mask.astype(np.uint8)
    outlines, _ = cv2.findContours(pixels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return np.asarray(filled > 0)


def disc(radius: int) -> NDArray[np.uint8]:
    """Return a structuring element of that radius in pixels."""
    shape = cv2.MORPH_RECT if radius == 1 else cv2.MORPH_ELLIPSE
    element: NDArray[np.uint8] = cv2.getStructuringElement(shape, (2 * radius + 1,) * 2)
    return element


def border_of(shape: tuple[int, ...]) -> Mask:
    """Return the outermost two rows and columns."""
    border = np.ones(shape, bool)
    border[2:-2, 2:-2] = False
    return border
