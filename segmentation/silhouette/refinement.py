"""Put the outline where the colours of part and background part: GrabCut where it is not certain."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.candidates import without_specks

_CERTAIN = 0.95
_ROUNDS = 1
_MARGIN = 8
"""Background around what may be part, in pixels, from which GrabCut learns its colours."""
_MOST_LOST = 0.7
"""GrabCut has failed when it takes away more than this share of what is likely part."""


def refined(belief: Plane, evidence: Evidence) -> Mask:
    """Return the part by beliefs (0..1) and by the colours on both sides of its outline."""
    likely = without_specks(belief > 0.5)
    if not likely.any():
        return likely
    window = _window(belief > 1 - _CERTAIN)
    trimap = _trimap(belief[window])
    has_background = ((trimap == cv2.GC_BGD) | (trimap == cv2.GC_PR_BGD)).any()
    if not has_background:
        return likely
    colours = _colours(evidence.flat[window])
    # GrabCut starts from OpenCV's random numbers; the same photo must give the same mask.
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colours, trimap, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = np.zeros_like(likely)
    found[window] = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    found = without_specks(found)
    return found if found.sum() > (1 - _MOST_LOST) * likely.sum() else likely


def _window(mask: Mask) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - _MARGIN), rows[-1] + 1 + _MARGIN),
        slice(max(0, columns[0] - _MARGIN), columns[-1] + 1 + _MARGIN),
    )


def _trimap(belief: Plane) -> NDArray[np.uint8]:
    trimap = np.where(belief > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[belief > _CERTAIN] = cv2.GC_FGD
    trimap[belief < 1 - _CERTAIN] = cv2.GC_BGD
    return trimap


def _colours(flat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return differences from the background as bytes, a and b spread a little wider."""
    spread = flat * np.array([1.5, 2, 2], np.float32) + np.array([150, 128, 128], np.float32)
    return np.asarray(np.clip(spread, 0, 255), np.uint8)
