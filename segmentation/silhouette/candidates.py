"""Masks that the part could have: what a flood from the border does not reach.

Water runs over everything that could be background or shadow, as long as colour changes slowly:
soft shadows are flooded, sharp outlines are not. How steep a step the water takes makes one
candidate each.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence

_STEPS = (1.7, 2.4, 3.4, 4.8, 6.8, 9.6, 13.5)
"""The steepest step the water takes, in Lab units a pixel (on calm backgrounds)."""
_GAP = 3
"""Radius in pixels that the water needs to pass: a gap in an outline does not drown the part."""
_SHADOW_BRIGHTNESS = (0.42, 1.3)
_SHADOW_TINT = 10.0
_SPECK_SHARE = 0.15
"""Pieces smaller than this share of the largest are clutter."""


def candidates(evidence: Evidence) -> Iterator[Mask]:
    """Yield masks, from the fullest to the barest."""
    floodable = _floodable(evidence)
    rough = max(1.0, evidence.calm_edge)
    for step in _STEPS:
        low = floodable & (evidence.edge <= step * rough)
        yield without_specks(~_flooded(low, evidence))


def without_specks(mask: Mask) -> Mask:
    """Return the mask without its thin threads and its small pieces."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(1))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    if count <= 1:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= _SPECK_SHARE * areas[1:].max()
    keep[0] = False
    return np.asarray(keep[labels], bool)


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


def _floodable(evidence: Evidence) -> Mask:
    darkest, brightest = _SHADOW_BRIGHTNESS
    shaded = (evidence.brightness > darkest) & (evidence.brightness < brightest)
    return (evidence.distance < 3) | (shaded & (evidence.tint < _SHADOW_TINT))


def _flooded(low: Mask, evidence: Evidence) -> Mask:
    """Return where the water stands: reached from the border, or seen through a hole."""
    wide = cv2.erode(low.astype(np.uint8), disc(_GAP), borderValue=1)
    count, labels = cv2.connectedComponents(wide, connectivity=4)
    wet = _holes(labels, count, evidence)
    wet[labels[border_of(low.shape) & evidence.calm]] = True
    wet[0] = False
    water = cv2.dilate(wet[labels].astype(np.uint8), disc(_GAP)) > 0
    return np.asarray(water & low, bool)


def _holes(labels: NDArray[np.int32], count: int, evidence: Evidence) -> NDArray[np.bool_]:
    """Tell which pools look like the background, a good part of them unshaded and none brighter."""
    flat = labels.ravel()
    sizes = np.maximum(np.bincount(flat, minlength=count), 1)
    alike = np.bincount(flat[evidence.distance.ravel() < 2.5], minlength=count)
    brightness = np.bincount(flat, evidence.brightness.ravel(), minlength=count) / sizes
    return (sizes >= 4) & (alike > 0.25 * sizes) & (brightness < 1.04)
