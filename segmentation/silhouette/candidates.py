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
from segmentation.silhouette.morphology import disc, opened, pools, without_holes, without_specks


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


def candidates(evidence: Evidence) -> NDArray[np.float32]:
    """Return masks, shape (floods and outlines, height, width), 1 where the part could be and 0 elsewhere."""
    rough = max(1.0, evidence.calm_edge)
    masks = [
        *(~_flooded(_low(evidence, flood, rough), flood.gap, evidence) for flood in _FLOODS),
        *(_enclosed(evidence.edge > steep * rough) for steep in _OUTLINES),
    ]
    return np.stack([opened(mask, 1) for mask in masks]).astype(np.float32)


def rough_guess(evidence: Evidence) -> Mask:
    """Return a mask that holds the part, and perhaps its shadow; made in a millisecond."""
    low = _low(evidence, _ROUGHEST, max(1.0, evidence.calm_edge))
    return without_specks(opened(~_flooded(low, _ROUGHEST.gap, evidence), 1))


def _low(evidence: Evidence, flood: _Flood, rough: float) -> Mask:
    """Return where water may stand."""
    shaded = evidence.is_shaded(flood.darkest, _BRIGHTEST_SHADOW, flood.tint)
    floodable = (evidence.distance < 3) | shaded
    return np.asarray(floodable & (evidence.edge <= flood.step * rough))


def _flooded(low: Mask, gap: int, evidence: Evidence) -> Mask:
    """Return where the water stands: reached from the border, or seen through a hole."""
    basin = pools(low, gap, evidence.calm)
    labels, is_wet = basin.labels, basin.is_wet
    if not is_wet[1:].all():
        is_wet = is_wet | _holes(np.where(is_wet.take(labels), 0, labels), len(is_wet), evidence)
    return basin.water(is_wet)


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
    return opened(without_holes(closed > 0), 2)
