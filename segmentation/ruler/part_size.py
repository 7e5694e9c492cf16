"""The part's size in millimetres, from a ruler or tape measure in the photo.

Nothing is said where marks cannot be read without doubt: a wrong size is worse than none. Sizes hold
in the plane of the ruler; what stands above it looks larger.
"""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask
from catalog.parts import MeasuredSize
from segmentation.ruler.marks import Marks

_EDGE_PX = 1.5
"""How far the two edges of a mask may together be off."""
_PLANE = 0.02
"""Of a scale that is read beside the part: a tilted camera shows it smaller or larger than the ruler
(2.2 % at the 95th percentile when the corners of a photo are up to 4 % of its side off)."""
_MISS = 0.6
"""Of a part's length, a pixel that mask and part do not share: with silhouettes of drawn scenes 93 of
100 lengths then lie within what is stated (two fresh sets, 640 and 320 px)."""
_MOST_UNSURE = 0.25
"""A size that is not known better than to this share of the length is not stated."""
_MOST_UNDER = 0.15
"""Share of the marks that may lie under the mask: those that are seen are not under the part."""
_CRUMB = 0.05
"""Pieces of a mask smaller than this share of the largest do not count; larger ones are parts."""


def part_size(marks: Marks | None, mask: Mask, overlap: float = 1.0) -> MeasuredSize | None:
    """Return the size of the part under ``mask``, None where it cannot be told.

    ``marks`` are those of the photo (``scale.read_scale``).
    ``overlap`` (0..1) is how much of mask and part together they are expected to share, as the
    silhouette's score says; what is missing widens the uncertainty.
    Length and width are those of the smallest rectangle around the part, turned as it fits best.
    Nothing is said without a ruler that can be read, of several parts, of a part that the photo cuts
    off, and of a mask that holds the ruler.
    """
    part = _whole_part(mask)
    if part is None or marks is None or marks.share_under(part) > _MOST_UNDER:
        return None
    points = np.argwhere(part)[:, ::-1].astype(np.int32)
    _, sides, _ = cv2.minAreaRect(cv2.convexHull(points))
    scale = 1 / marks.px_per_mm
    # Between the centres of the outermost pixels lies one pixel less than the part is long.
    width, length = sorted((side + 1) * scale for side in sides)
    relative = np.linalg.norm([marks.uncertainty, _PLANE, _MISS * (1 - overlap)])
    uncertainty = np.hypot(length * relative, _EDGE_PX * scale)
    if uncertainty > _MOST_UNSURE * length:
        return None
    return MeasuredSize(
        round(float(length), 2),
        round(float(width), 2),
        round(float(uncertainty), 2),
        round(scale, 5),
        len(marks.places),
    )


def _whole_part(mask: Mask) -> Mask | None:
    """Return the one part under a mask, None when there are none, several, or it is cut off."""
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return None
    areas = facts[1:, cv2.CC_STAT_AREA]
    if np.sum(areas > _CRUMB * areas.max()) > 1:
        return None
    part = np.asarray(pieces == 1 + int(np.argmax(areas)))
    edges = (part[0], part[-1], part[:, 0], part[:, -1])
    return None if any(edge.any() for edge in edges) else part
