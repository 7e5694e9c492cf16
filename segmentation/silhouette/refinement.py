"""Put the outline where the colours of part and background part: GrabCut in a narrow band."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence
from segmentation.silhouette.candidates import disc

_MARGIN = 8
"""Background around the part, in pixels, from which GrabCut learns its colours."""
_MOST_LOST = 0.7
"""GrabCut has failed when it takes away more than this share of the mask."""


def refined(mask: Mask, evidence: Evidence) -> Mask:
    """Return the mask with its outline, and what may be shadow in it, decided by GrabCut."""
    if not mask.any():
        return mask
    window = _window(mask)
    trimap = _trimap(mask[window], evidence, window)
    if not (trimap == cv2.GC_BGD).any():
        return mask
    colours = _colours(evidence.flat[window])
    # GrabCut starts from OpenCV's random numbers; the same photo must give the same mask.
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colours, trimap, None, *models, 1, cv2.GC_INIT_WITH_MASK)
    found = np.zeros_like(mask)
    found[window] = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    return found if found.sum() > (1 - _MOST_LOST) * mask.sum() else mask


def _window(mask: Mask) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - _MARGIN), rows[-1] + 1 + _MARGIN),
        slice(max(0, columns[0] - _MARGIN), columns[-1] + 1 + _MARGIN),
    )


def _trimap(mask: Mask, evidence: Evidence, window: tuple[slice, slice]) -> NDArray[np.uint8]:
    pixels = mask.astype(np.uint8)
    core = cv2.erode(pixels, disc(2), borderValue=1) > 0
    brightness = evidence.brightness[window]
    shaded = (brightness > 0.45) & (brightness < 0.97) & (evidence.tint[window] < 5)
    trimap = np.where(mask, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[core & ~shaded] = cv2.GC_FGD
    trimap[cv2.dilate(pixels, disc(1)) == 0] = cv2.GC_BGD
    return trimap


def _colours(flat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return differences from the background as bytes, a and b spread a little wider."""
    spread = flat * np.array([1.5, 2, 2], np.float32) + np.array([150, 128, 128], np.float32)
    return np.asarray(np.clip(spread, 0, 255), np.uint8)
