"""Pictures of what was cut: the photo with the part outlined, and what the embedder is given."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from catalog.arrays import Mask, RgbImage
from catalog.images.steps import resize
from segmentation.crop import crop
from segmentation.cutter import Cut

_OUTLINE = (255, 0, 140)
"""Magenta: no part and no table has it."""
_GAP = 8
_WHITE = 255


def before_after(photo: RgbImage, cut: Cut, side: int) -> RgbImage:
    """Return the outlined photo and the picture that is embedded side by side, each within ``side``.

    Where the full photo is used, what was refused is still outlined. Shape (side, about 2 side, 3).
    """
    before = photo if cut.segmentation is None else outlined(photo, cut.segmentation.mask)
    after = cut.pictures[0]
    if cut.reason == "full_by_setting" and cut.segmentation is not None:
        after = crop(photo, cut.segmentation.mask)
    canvas = np.full((side, 2 * side + _GAP, 3), _WHITE, np.uint8)
    for picture, left in ((before, 0), (after, side + _GAP)):
        fitted = resize(picture, side=side)
        height, width = fitted.shape[:2]
        top, start = (side - height) // 2, left + (side - width) // 2
        canvas[top : top + height, start : start + width] = fitted
    return canvas


def outlined(photo: RgbImage, mask: Mask) -> RgbImage:
    """Return the photo with its ground paled and the mask's edge drawn; the photo is not changed.

    With an empty mask nothing is paled.
    """
    if not mask.any():
        return photo
    pale = photo.copy()
    pale[~mask] = (pale[~mask] * np.float32(0.45) + _WHITE * np.float32(0.55)).astype(np.uint8)
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    thickness = max(1, round(max(photo.shape) / 250))
    return np.asarray(cv2.drawContours(pale, contours, -1, _OUTLINE, thickness, cv2.LINE_AA))


def png(picture: RgbImage) -> bytes:
    """Return the picture as PNG."""
    return _encoded(picture, "PNG")


def jpeg(picture: RgbImage) -> bytes:
    """Return the picture as a small JPEG."""
    return _encoded(picture, "JPEG", quality=80)


def _encoded(picture: RgbImage, kind: str, **options: int) -> bytes:
    target = io.BytesIO()
    Image.fromarray(picture).save(target, kind, **options)
    return target.getvalue()
