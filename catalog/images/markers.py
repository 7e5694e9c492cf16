"""Take drawn markers (circles, arrows, numbered bubbles) out of a photo.

A marker is told from a coloured part by how it was made: its colour is pure and flat, since a
program drew it, and it is a long thin line or a small round blob. Everything coloured that is
shaded, large or of another shape stays, so that a red plug or a blue fuse keeps its colour. A
marker that touches a part of its own colour stays too.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage

HUES = {
    "red": ((0, 8), (172, 180)),
    "orange": ((9, 20),),
    "yellow": ((21, 35),),
    "green": ((36, 85),),
    "blue": ((86, 130),),
    "magenta": ((131, 171),),
}
"""Hue ranges by colour, both ends inclusive, in OpenCV's 0..180."""

_MIN_SATURATION = 110
_MIN_VALUE = 80
_LINE_SHARE = 0.013
"""Half the width of a line is at most this share of the image's long side."""
_LINE_LENGTH_SHARE = 0.08
"""The box around a line is at least this long, as a share of the long side."""
_LINE_FILL = 0.35
"""A line covers at most this share of its box, unless it is a level or upright one."""
_LINE_SPREAD, _BLOB_SPREAD = 75.0, 20.0
"""Largest median deviation from the median colour, 0..255. Generous for lines, since JPEG's colour
subsampling blurs them into what lies beside them."""
_BLOB_SHARE = 0.03
"""A bubble covers at most this share of the image."""
_ROUND = 0.12
"""A bubble's area differs from that of the ellipse in its box by at most this share."""
_MAX_ASPECT = 1.3
_MIN_AREA_SHARE = 0.0003
_FRINGE_SHARE = 1 / 200
_INPAINT_RADIUS = 3


def remove_markers(image: RgbImage, *, colours: tuple[str, ...]) -> RgbImage:
    """Return the image with markers of these colours painted over from their surroundings."""
    mask = find_markers(image, colours)
    if not mask.any():
        return image
    fringe = 1 + 2 * max(1, round(max(mask.shape) * _FRINGE_SHARE))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (fringe, fringe))
    wide = cv2.dilate(mask.astype(np.uint8), kernel)
    painted = cv2.inpaint(image, wide, _INPAINT_RADIUS, cv2.INPAINT_TELEA)
    return np.asarray(painted, dtype=np.uint8)


def find_markers(image: RgbImage, colours: tuple[str, ...]) -> Mask:
    """Return where markers of these colours are; shape (height, width)."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    vivid = (hsv[:, :, 1] >= _MIN_SATURATION) & (hsv[:, :, 2] >= _MIN_VALUE)
    markers: Mask = np.zeros(image.shape[:2], dtype=np.bool_)
    if not vivid.any():
        return markers
    for colour in colours:
        hue = np.zeros_like(vivid)
        for low, high in HUES[colour]:
            hue |= (hsv[:, :, 0] >= low) & (hsv[:, :, 0] <= high)
        markers |= _drawn(image, vivid & hue)
    return markers


def _drawn(image: RgbImage, coloured: Mask) -> Mask:
    """Return those connected regions that look drawn, with small holes (a bubble's number) filled."""
    marks: Mask = np.zeros_like(coloured)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(coloured.astype(np.uint8))
    smallest, largest = coloured.size * _MIN_AREA_SHARE, coloured.size * _BLOB_SHARE
    long_side = max(coloured.shape)
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if area < smallest:
            continue
        window = np.s_[y : y + height, x : x + width]
        region = labels[window] == label
        filled_region = _without_small_holes(region)
        if _is_line(region, image[window], long_side) or (
            area <= largest and _is_bubble(filled_region, region, image[window])
        ):
            marks[window] |= filled_region
    return marks


def _is_line(region: Mask, image: RgbImage, long_side: int) -> bool:
    height, width = region.shape
    if max(height, width) < _LINE_LENGTH_SHARE * long_side:
        return False
    thinnest = 2 * _LINE_SHARE * long_side
    if min(height, width) > thinnest and region.mean() > _LINE_FILL:
        return False
    depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 3).max()
    return bool(depth <= _LINE_SHARE * long_side) and _spread(image[region]) <= _LINE_SPREAD


def _is_bubble(filled_region: Mask, region: Mask, image: RgbImage) -> bool:
    height, width = filled_region.shape
    roundness = filled_region.sum() / (np.pi / 4 * height * width)
    is_round = abs(roundness - 1) <= _ROUND and max(height, width) <= _MAX_ASPECT * min(
        height, width
    )
    return is_round and _spread(image[region]) <= _BLOB_SPREAD


def _spread(pixels: NDArray[np.uint8]) -> float:
    deviation = np.abs(pixels - np.median(pixels, axis=0)).max(axis=1)
    return float(np.median(deviation))


def _without_small_holes(region: Mask) -> Mask:
    """Fill the holes that are together smaller than the region: text in a bubble, not a ring."""
    outside = np.pad(~region, 1, constant_values=True).astype(np.uint8)
    cv2.floodFill(outside, None, (0, 0), 0)
    holes = outside[1:-1, 1:-1].astype(np.bool_)
    return region | holes if holes.sum() < region.sum() else region
