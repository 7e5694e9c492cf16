"""Masks that the part could have: what a flood from the border does not reach, and closed outlines.

Water runs over everything that could be background or shadow, as long as colour changes slowly:
soft shadows are flooded, sharp outlines are not. How steep a step the water takes, what it takes for
a shadow and which gaps it passes makes one candidate each. Outlines that close around something
stand where the part has the background's colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask
from segmentation.silhouette.background import Evidence


@dataclass(frozen=True, slots=True)
class _Flood:
    """``step``: the steepest that water takes, in Lab units a pixel (on calm backgrounds).

    ``gap``: radius in pixels that water needs to pass. A shadow is at least as bright as ``darkest``
    and no more tinted than ``tint``.
    """

    step: float
    gap: int = 3
    darkest: float = 0.42
    tint: float = 10.0


_FLOODS = (
    *(_Flood(step) for step in (1.7, 2.4, 3.4, 4.8, 6.8, 13.5)),
    _Flood(4.8, tint=4),
    _Flood(13.5, tint=4),
    _Flood(3.4, gap=1),
    _Flood(4.8, gap=1, darkest=0.6),
)
_ROUGHEST = _FLOODS[2]
_OUTLINES = (2.0, 7.0)
"""How much steeper than the background an outline is."""
_BRIGHTEST_SHADOW = 1.3
_SPECK_SHARE = 0.15
"""Pieces smaller than this share of the largest are clutter."""


def candidates(evidence: Evidence) -> NDArray[np.float32]:
    """Return masks, shape (floods and outlines, height, width), 1 where the part could be and 0 elsewhere."""
    rough = max(1.0, evidence.calm_edge)
    masks = [
        *(~_flooded(_low(evidence, flood, rough), flood.gap, evidence) for flood in _FLOODS),
        *(_enclosed(evidence.edge > steep * rough) for steep in _OUTLINES),
    ]
    return np.stack([_opened(mask, 1) for mask in masks]).astype(np.float32)


def rough_guess(evidence: Evidence) -> Mask:
    """Return a mask that holds the part, and perhaps its shadow; made in a millisecond."""
    low = _low(evidence, _ROUGHEST, max(1.0, evidence.calm_edge))
    return without_specks(_opened(~_flooded(low, _ROUGHEST.gap, evidence), 1))


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


def _low(evidence: Evidence, flood: _Flood, rough: float) -> Mask:
    """Return where water may stand."""
    shaded = evidence.is_shaded(flood.darkest, _BRIGHTEST_SHADOW, flood.tint)
    floodable = (evidence.distance < 3) | shaded
    return np.asarray(floodable & (evidence.edge <= flood.step * rough))


def _flooded(low: Mask, gap: int, evidence: Evidence) -> Mask:
    """Return where the water stands: reached from the border, or seen through a hole."""
    wide = cv2.erode(low.astype(np.uint8), disc(gap), borderValue=1)
    count, labels = cv2.connectedComponents(wide, connectivity=4)
    wet = np.zeros(count, bool)
    wet[labels[border_of(low.shape) & evidence.calm]] = True
    wet[0] = False
    if not wet[1:].all():
        wet |= _holes(np.where(wet.take(labels), 0, labels), count, evidence)
    water = cv2.dilate(wet.take(labels).astype(np.uint8), disc(gap)) > 0
    return np.asarray(water & low, bool)


def _holes(labels: NDArray[np.int32], count: int, evidence: Evidence) -> NDArray[np.bool_]:
    """Tell which pools look like the background, a good part of them unshaded and none brighter."""
    pixels = np.flatnonzero(labels)
    pools = labels.ravel()[pixels]
    sizes = np.bincount(pools, minlength=count)
    divisors = np.maximum(sizes, 1)
    alike = np.bincount(pools, evidence.distance.ravel()[pixels] < 2.5, count)
    brightness = np.bincount(pools, evidence.brightness.ravel()[pixels], count) / divisors
    return (sizes >= 4) & (alike > 0.25 * divisors) & (brightness < 1.04)


def _enclosed(steep: Mask) -> Mask:
    """Return what outlines enclose, gaps of a few pixels closed."""
    closed = cv2.morphologyEx(steep.astype(np.uint8), cv2.MORPH_CLOSE, disc(3))
    return _opened(without_holes(closed > 0), 2)


def _opened(mask: Mask, radius: int) -> Mask:
    """Return the mask without threads."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(radius))
    return np.asarray(opened > 0)
