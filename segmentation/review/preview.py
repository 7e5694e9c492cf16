"""Pictures of what was cut: the photo with the part outlined, and what the embedder is given."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from catalog.images.sheet import Layout, Tile, draw_sheet
from catalog.images.steps import resize
from segmentation.crop import crop
from segmentation.cutter import Cut

_OUTLINE = (255, 0, 140)
"""Magenta: no part and no table has it."""
_GAP = 8
_WHITE = 255


def before_after(photo: RgbImage, cut: Cut, side: int) -> RgbImage:
    """Return the outlined photo and the picture that is embedded side by side, each within ``side``.

    Where the full photo is used, what was refused is still outlined. Both are made as large as they
    can be. Shape (side, 2 side + 8, 3).
    """
    before = photo if cut.segmentation is None else outlined(photo, cut.segmentation.mask)
    after = cut.pictures[0]
    if cut.reason == "full_by_setting" and cut.segmentation is not None:
        after = crop(photo, cut.segmentation.mask)
    tiles = [Tile(resize(picture, side=side)) for picture in (before, after)]
    sheet = draw_sheet(tiles, Layout(columns=2, side=side, gap=_GAP, ground="white"))
    border = _GAP // 2
    return sheet[border:-border, border:-border]


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
