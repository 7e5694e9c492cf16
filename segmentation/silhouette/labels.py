"""Labels beside the part: light grey sheets, nearly rectangular, with fine dark print on them.

Whatever is lighter than the background, or grey on coloured ground, and has a rectangle's outline is
a sheet; laid flat, its colour and its print tell whether it is a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from segmentation.silhouette.background import Evidence
from segmentation.silhouette.morphology import disc, pools
from segmentation.silhouette.remainder import leaves_a_part

_LIGHTER = (2.0, 1.6, 1.3, 1.12)
"""Sheets are looked for among what exceeds these brightnesses: the highest draws the line best."""
_OTHER_TINT = 12.0
"""In Lab units: dim paper still differs so much from wood or cardboard."""
_AREAS = (0.004, 0.16)
"""Of a sheet, as shares of the photo."""
_LEAST_WIDTH = 7
_MOST_ASPECT = 4.5
_STRAIGHT, _CONVEX = 0.84, 0.9
"""Shares of the rectangle and of the convex outline around a sheet that it fills at least."""
_GROUND_EDGE = 4.0
"""Steepest slope on the ground, as a multiple of the background's own."""
_ON_GROUND = 0.75
"""Share of a sheet's surroundings that is ground at least."""
_PRINT_SIDE, _FLAT_SIDE = 416, 128
"""Longer sides in pixels of the photo and of the sheet at which print is looked for."""
_LEAST_LIGHTNESS, _MOST_CHROMA = 160, 18
"""Of paper, in 0..255."""
_INK, _BLANK = 0.8, 0.92
"""Lightness of ink at most and of blank paper at least, as shares of the paper's."""
_INK_SHARES = (0.06, 0.6)
_BLANK_SHARE = 0.28
_CROSSINGS = 9
"""From paper to ink or back, along every fourth row or column at least."""

Outline = NDArray[np.int32]
"""Shape (n, 1, 2): x and y around a body."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A light rectangle: where it lies, and x and y of its corners in order around it."""

    mask: Mask
    corners: NDArray[np.float32]


def find_labels(image: RgbImage, evidence: Evidence) -> Mask:
    """Return where printed labels lie beside the part, at the evidence's working size.

    A label that lies on a body, or touches it along more than a side, belongs to that body and
    stays; so do labels that nothing of a part's size lies beside. On white paper a label does not
    stand out and is not found.
    """
    labels: Mask = np.zeros(evidence.edge.shape, bool)
    sheets = list(_sheets(evidence))
    ground = _ground(evidence) if sheets else labels
    sheets = [sheet for sheet in sheets if _lies_on(ground, sheet.mask)]
    if not sheets:
        return labels
    finer = long_side_at_most(image, _PRINT_SIDE)
    scale = np.float32(finer.shape[1] / evidence.edge.shape[1])
    for sheet in sheets:
        is_new = not (labels & sheet.mask).any()
        if is_new and _is_printed(_laid_flat(finer, (sheet.corners + 0.5) * scale - 0.5)):
            labels |= sheet.mask
    return labels if leaves_a_part(labels, evidence) else np.zeros_like(labels)


def _sheets(evidence: Evidence) -> Iterator[_Sheet]:
    """Yield light rectangles of a label's size."""
    least, most = (share * evidence.brightness.size for share in _AREAS)
    for light in _light(evidence):
        if np.count_nonzero(light) < least:
            continue
        for outline in _outlines(light.astype(np.uint8), least, most):
            corners = _corners(outline)
            if corners is not None:
                yield _Sheet(_filled(outline, light.shape), corners)


def _light(evidence: Evidence) -> Iterator[Mask]:
    """Yield where paper may lie, the surest outline first."""
    for lighter in _LIGHTER:
        yield evidence.brightness > lighter
    yield (evidence.tint > _OTHER_TINT) & (evidence.brightness > 0.7)


def _outlines(light: NDArray[np.uint8], least: float, most: float) -> Sequence[Outline]:
    """Return the outlines of light bodies of those areas, print and threads aside."""
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, disc(2))
    outlines, nesting = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    is_outer = nesting[0, :, 3] < 0 if outlines else ()
    bodies = [
        outline
        for outline, outer in zip(outlines, is_outer, strict=True)
        if outer and least < cv2.contourArea(outline) < most
    ]
    filled = np.zeros_like(closed)
    cv2.drawContours(filled, bodies, -1, 1, cv2.FILLED)
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, disc(2))
    rims: Sequence[Outline] = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    return rims


def _corners(outline: Outline) -> NDArray[np.float32] | None:
    """Return the corners of an outline that is nearly a rectangle."""
    rectangle = cv2.minAreaRect(outline)
    short, long = sorted(rectangle[1])
    if short < _LEAST_WIDTH or long > _MOST_ASPECT * short:
        return None
    # Contours run through the middles of pixels: half a pixel all around is missing.
    area, rim = cv2.contourArea(outline), cv2.arcLength(outline, True) / 2
    is_straight = area + rim > _STRAIGHT * (short + 1) * (long + 1)
    is_convex = area > _CONVEX * cv2.contourArea(cv2.convexHull(outline))
    return np.asarray(cv2.boxPoints(rectangle), np.float32) if is_straight and is_convex else None


def _filled(outline: Outline, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(outline), 1)
    return np.asarray(mask > 0)


def _ground(evidence: Evidence) -> Mask:
    """Return the background and its shadows, as far from the border as no edge stops them."""
    shaded = evidence.is_shaded(0.42, 1.2, 6)
    smooth = evidence.edge <= _GROUND_EDGE * max(1.0, evidence.calm_edge)
    ground = ((evidence.distance < 3) | shaded) & smooth
    basin = pools(ground, 1, evidence.calm)
    return basin.water(basin.is_wet)


def _lies_on(ground: Mask, sheet: Mask) -> bool:
    pixels = sheet.astype(np.uint8)
    around = (cv2.dilate(pixels, disc(4)) > 0) & (cv2.dilate(pixels, disc(2)) == 0)
    return bool(around.any() and ground[around].mean() > _ON_GROUND)


def _laid_flat(image: RgbImage, corners: NDArray[np.float32]) -> RgbImage:
    """Return the sheet with its long side along the rows."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    if sides[0] < sides[1]:
        corners, sides = np.roll(corners, -1, axis=0), np.roll(sides, -1)
    size = _FLAT_SIDE, max(16, round(_FLAT_SIDE * float(sides[1] / sides[0])))
    flat = (np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size - 0.5).astype(np.float32)
    view = cv2.getPerspectiveTransform(corners, flat)
    return np.asarray(cv2.warpPerspective(image, view, size))


def _is_printed(flat: RgbImage) -> bool:
    """Tell whether fine dark print stands on blank paper, white or grey."""
    rim = max(2, flat.shape[0] // 20)
    lab = cv2.cvtColor(flat[rim:-rim, rim:-rim], cv2.COLOR_RGB2LAB)
    lightness = lab[..., 0]
    paper = lab[lightness >= np.percentile(lightness, 75)].mean(axis=0)
    if paper[0] < _LEAST_LIGHTNESS or np.abs(paper[1:] - 128).max() > _MOST_CHROMA:
        return False
    ink = lightness < _INK * paper[0]
    crossings = [np.abs(np.diff(ink.astype(np.int8), axis=axis)).sum(axis=axis) for axis in (0, 1)]
    is_fine = max(np.percentile(counts, 75) for counts in crossings) >= _CROSSINGS
    is_blank = (lightness > _BLANK * paper[0]).mean() > _BLANK_SHARE
    return bool(is_fine and is_blank and _INK_SHARES[0] < ink.mean() < _INK_SHARES[1])
