"""Where in a photo the part is looked for: first from afar, then closer where that shows more."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Prompts
from segmentation.masks import box_of, window_of
from segmentation.silhouette.background import Evidence, read_evidence
from segmentation.silhouette.candidates import rough_guess
from segmentation.silhouette.clutter import find_clutter, without
from segmentation.silhouette.working_size import SMALLEST_SIDE, WORKING_SIDE, quickly_reduced

Window = tuple[slice, slice]

_MARGIN = 0.2
"""Background around what stands out, as a share of its longer side."""
_CLOSER = 1.25
"""A closer look must show so many times more."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A window of a photo: its ``pixels`` as they are, evidence and clutter at working size."""

    window: Window
    pixels: RgbImage
    evidence: Evidence
    clutter: Mask


def look_at(image: RgbImage, prompts: Prompts) -> Look | None:
    """Return the window of a photo that shows the part best, what prompts take away taken away.

    None for photos too small to tell a part from its background.
    """
    small = quickly_reduced(image, WORKING_SIDE)
    if min(small.shape[:2]) < SMALLEST_SIDE:
        return None
    evidence = read_evidence(small)
    clutter = find_clutter(image, evidence, prompts)
    evidence = without(clutter, evidence)
    near = _window(rough_guess(evidence))
    scale = image.shape[0] / small.shape[0], image.shape[1] / small.shape[1]
    window = _scaled(near[0], scale[0]), _scaled(near[1], scale[1])
    pixels = image[window]
    closer = quickly_reduced(pixels, WORKING_SIDE)
    if max(closer.shape) < _CLOSER * max(clutter[near].shape):
        return Look((slice(None), slice(None)), image, evidence, clutter)
    height, width = closer.shape[:2]
    levels = clutter[near].astype(np.uint8)
    closer_clutter = cv2.resize(levels, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return Look(window, pixels, without(closer_clutter, read_evidence(closer)), closer_clutter)


def _window(mask: Mask) -> Window:
    """Return the rows and columns of a mask, and a margin; all of them for an empty one."""
    if not mask.any():
        return slice(0, mask.shape[0]), slice(0, mask.shape[1])
    left, top, right, bottom = box_of(mask)
    return window_of(mask, round(_MARGIN * (max(right - left, bottom - top) - 1)) + 3)


def _scaled(part: slice, scale: float) -> slice:
    return slice(int(part.start * scale), int(part.stop * scale))
