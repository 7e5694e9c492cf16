"""The gate: a mask that would cut out the wrong thing is refused, and the full photo is used."""

from __future__ import annotations

from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Segmentation
from segmentation.ruler.marks import Marks

Refusal: TypeAlias = Literal[
    "nonsense", "nothing_found", "tiny", "nearly_everything", "touches_border", "ruler", "unsure"
]
"""Why a mask is refused; a stable key that is counted."""
NONSENSE: Literal["nonsense"] = "nonsense"
RULER: Literal["ruler"] = "ruler"

MIN_AREA = 0.002
"""Less of the photo than this is a speck."""
MIN_SIDE = 0.06
"""A longest side shorter than this share of the photo's longest side is a speck as well."""
MAX_AREA = 0.9
MAX_BORDER = 0.5
"""More of the photo's outermost pixels than this: the background was taken for the part."""
STRIP_ASPECT = 4.0
"""A ruler is at least so many times as long as wide, ..."""
STRIP_FILL = 0.85
"""... fills at least so much of the smallest rectangle around it, ..."""
STRIP_SHARE = 0.15
"""... and spoils the crop where it is at least so much of the mask."""
MARKS_SHARE = 0.5
"""More of a ruler's marks under the mask than this: the mask is the ruler, or holds it."""


def refusal(
    segmentation: Segmentation, image: RgbImage, least_score: float = 0.0
) -> Refusal | None:
    """Return why the mask must not be used for that image, None where it may.

    ``unsure``: its score is below ``least_score``.
    ``nonsense``: the mask has not the image's shape or is no bool array, the score is not in 0..1, or
    the box lies outside; any object may be given.
    """
    height, width = image.shape[:2]
    if _is_nonsense(segmentation, height, width):
        return NONSENSE
    mask = segmentation.mask
    area = float(np.count_nonzero(mask)) / mask.size
    if area == 0:
        return "nothing_found"
    if area < MIN_AREA or _longest_side(mask) < MIN_SIDE * max(height, width):
        return "tiny"
    if area > MAX_AREA:
        return "nearly_everything"
    if _border_share(mask) > MAX_BORDER:
        return "touches_border"
    if _has_ruler(mask):
        return RULER
    return "unsure" if segmentation.score < least_score else None


def holds_ruler(mask: Mask, marks: Marks) -> bool:
    """Return whether the ruler whose marks were read is in the mask.

    A part that lies on a ruler hides the marks: those that were read are not under it. Drawn: 0.97 or
    more of the marks of rulers that were taken for the part, none of those beside parts.
    """
    return marks.share_under(mask) > MARKS_SHARE


def _is_nonsense(segmentation: object, height: int, width: int) -> bool:
    if not isinstance(segmentation, Segmentation):
        return True
    mask: object = segmentation.mask
    if not isinstance(mask, np.ndarray) or mask.dtype != bool or mask.shape != (height, width):
        return True
    try:
        left, top, right, bottom = (float(edge) for edge in segmentation.box)
        score = float(segmentation.score)
    except (TypeError, ValueError):
        return True
    is_inside = 0 <= left <= right <= width and 0 <= top <= bottom <= height
    return not (is_inside and 0 <= score <= 1)  # NaN fails every comparison


def _longest_side(mask: Mask) -> int:
    spans = (np.flatnonzero(mask.any(axis=axis)) for axis in (0, 1))
    return max(int(span[-1] - span[0]) + 1 for span in spans)


def _border_share(mask: Mask) -> float:
    edges = np.concatenate([mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1]])
    return float(edges.mean())


def _has_ruler(mask: Mask) -> bool:
    """Return whether a large piece of the mask is a straight strip from border to border."""
    contours, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    least = STRIP_SHARE * np.count_nonzero(mask)
    large = (contour for contour in contours if cv2.contourArea(contour) >= least)
    return any(_is_strip(contour) and _crosses(contour, mask) for contour in large)


def _is_strip(contour: NDArray[np.int32]) -> bool:
    short, long = sorted(cv2.minAreaRect(contour)[1])
    is_long = short >= 1 and long >= STRIP_ASPECT * short
    return is_long and bool(cv2.contourArea(contour) >= STRIP_FILL * short * long)


def _crosses(contour: NDArray[np.int32], mask: Mask) -> bool:
    left, top, width, height = cv2.boundingRect(contour)
    across = left == 0 and width == mask.shape[1]
    down = top == 0 and height == mask.shape[0]
    return bool(across or down)
