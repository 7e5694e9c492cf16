"""Put the outline where the colours of part and background part: GrabCut where it is not certain."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask
from segmentation.masks import window_of
from segmentation.silhouette.background import Lab, Plane
from segmentation.silhouette.morphology import without_specks

_Models: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]

_CERTAIN = 0.95
_SAMPLE = 3
"""Colours are learned from every third pixel of every third row."""
_MARGIN = 5
"""Background around what may be part, in pixels, from which GrabCut learns its colours."""
_MOST_LOST = 0.7
"""GrabCut has failed when it takes away more than this share of what is likely part."""


def refined(belief: Plane, flat: Lab) -> Mask:
    """Return the part by beliefs (0..1) and by the colours on both sides of its outline.

    ``flat`` is each pixel's colour less that of the background, of the belief's height and width.
    """
    likely = without_specks(belief > 0.5)
    if not likely.any():
        return likely
    window = window_of(belief > 1 - _CERTAIN, _MARGIN)
    trimap, colours = _trimap(belief[window]), _colours(flat[window])
    models = _colour_models(colours[::_SAMPLE, ::_SAMPLE], trimap[::_SAMPLE, ::_SAMPLE])
    if models is None:
        return likely
    cv2.grabCut(colours, trimap, None, *models, 1, cv2.GC_EVAL_FREEZE_MODEL)
    mask = np.zeros_like(likely)
    mask[window] = _is_part(trimap)
    mask = without_specks(mask)
    return mask if mask.sum() > (1 - _MOST_LOST) * likely.sum() else likely


def _colour_models(colours: NDArray[np.uint8], trimap: NDArray[np.uint8]) -> _Models | None:
    """Return the colours of background and part as GrabCut learns them; None without either."""
    part = _is_part(trimap)
    if part.all() or not part.any():
        return None
    # GrabCut starts from OpenCV's random numbers; the same photo must give the same mask.
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    sample = np.ascontiguousarray(colours), np.ascontiguousarray(trimap)
    cv2.grabCut(*sample, None, *models, 1, cv2.GC_INIT_WITH_MASK)
    return models


def _is_part(trimap: NDArray[np.uint8]) -> Mask:
    return np.asarray((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD))


def _trimap(belief: Plane) -> NDArray[np.uint8]:
    trimap = np.where(belief > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[belief > _CERTAIN] = cv2.GC_FGD
    trimap[belief < 1 - _CERTAIN] = cv2.GC_BGD
    return trimap


def _colours(flat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return differences from the background as bytes, a and b spread a little wider."""
    spread = flat * np.array([1.5, 2, 2], np.float32) + np.array([150, 128, 128], np.float32)
    return np.asarray(np.clip(spread, 0, 255), np.uint8)
