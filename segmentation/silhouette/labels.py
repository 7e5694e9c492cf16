"""Labels beside the part: light, nearly rectangular sheets with fine dark print and a blank margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask, RgbImage
from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.candidates import disc
from segmentation.working_size import reduced

_LIGHTER = (1.12, 1.3, 1.6)
"""Than the background: paper is looked for at each of these brightnesses."""
_LEAST_LIGHTNESS, _MOST_CHROMA = 130, 20
_AREAS = (0.004, 0.16)
"""Of a label, as shares of the photo."""
_LEAST_WIDTH = 7
_LONGEST = 4.5
_STRAIGHT = 0.84
"""Share of the quadrilateral around a label that the label fills."""
_PRINT_SIDE = 416
"""Longer side in pixels at which print is looked for."""


Outline = NDArray[np.int32]
"""Shape (n, 1, 2): x and y around a body."""

@dataclass(frozen=True, slots=True)
class _Sheet:
    """A light rectangle: where it lies, and the x and y of its corners in order around it."""

    mask: Mask
    corners: NDArray[np.float32]


def find_labels(image: RgbImage, evidence: Evidence) -> Mask:
    """Return where printed labels lie beside the part, at the evidence's working size.

    A label that touches a body, or lies in it, is part of that body and stays; so does one without
    something at least half its size beside it. On white paper a label does not stand out.
    """
    found = np.zeros(evidence.edge.shape, bool)
    sheets = [sheet for sheet in _sheets(image, evidence) if _lies_free(sheet.mask, evidence)]
    if not sheets:
        return found
    grey = cv2.cvtColor(reduced(image, _PRINT_SIDE), cv2.COLOR_RGB2GRAY)
    scale = np.float32(grey.shape[1] / found.shape[1])
    for sheet in sheets:
        if _is_printed(_laid_flat(grey, (sheet.corners + 0.5) * scale - 0.5)):
            found |= sheet.mask
    return found if _leaves_a_part(found, evidence) else np.zeros_like(found)


def _sheets(image: RgbImage, evidence: Evidence) -> Iterator[_Sheet]:
    """Yield light grey rectangles of a label's size."""
    bright = evidence.brightness > _LIGHTER[0]
    least, most = (share * bright.size for share in _AREAS)
    if np.count_nonzero(bright) < least:
        return
    lab = cv2.cvtColor(reduced(image, max(bright.shape)), cv2.COLOR_RGB2LAB)
    chroma = np.abs(lab[..., 1:].astype(np.int16) - 128).max(axis=2)
    paper = (lab[..., 0] > _LEAST_LIGHTNESS) & (chroma < _MOST_CHROMA)
    for lighter in _LIGHTER:
        light = (paper & (evidence.brightness > lighter)).astype(np.uint8)
        for outline in _outlines(light, least, most):
            corners = _corners(outline)
            if corners is not None:
                yield _Sheet(_filled(outline, bright.shape), corners)


def _outlines(light: NDArray[np.uint8], least: float, most: float) -> Sequence[Outline]:
    """Return the outlines of light bodies of those areas, print and threads aside."""
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, disc(2))
    outlines, nesting = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    bodies = [
        outline
        for outline, (_, _, _, parent) in zip(outlines, nesting[0] if outlines else (), strict=True)
        if parent < 0 and least < cv2.contourArea(outline) < most
    ]
    filled = np.zeros_like(closed)
    cv2.drawContours(filled, bodies, -1, 1, cv2.FILLED)
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, disc(2))
    return cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]


def _corners(outline: Outline) -> NDArray[np.float32] | None:
    """Return the corners of an outline that is nearly a rectangle."""
    rectangle = cv2.minAreaRect(outline)
    short, long = sorted(rectangle[1])
    if short < _LEAST_WIDTH or long > _LONGEST * short:
        return None
    inside, grown = cv2.contourArea(outline), cv2.arcLength(outline, True) / 2
    is_straight = inside + grown > _STRAIGHT * (short + 1) * (long + 1)
    is_convex = inside > 0.9 * cv2.contourArea(cv2.convexHull(outline))
    return np.asarray(cv2.boxPoints(rectangle), np.float32) if is_straight and is_convex else None


def _filled(outline: Outline, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(outline), 1)
    return mask > 0


def _lies_free(sheet: Mask, evidence: Evidence) -> bool:
    """Tell whether background or a shadow surrounds the sheet."""
    pixels = sheet.astype(np.uint8)
    around = (cv2.dilate(pixels, disc(4)) > 0) & (cv2.dilate(pixels, disc(2)) == 0)
    return bool((~_stands_out(evidence))[around].mean() > _FREE)


def _stands_out(evidence: Evidence) -> Mask:
    shaded = (evidence.brightness > 0.45) & (evidence.brightness < 1) & (evidence.tint < 6)
    return np.asarray((evidence.distance > 4) & ~shaded, bool)


def _leaves_a_part(labels: Mask, evidence: Evidence) -> bool:
    wide = cv2.dilate(labels.astype(np.uint8), disc(2)) > 0
    rest = ((evidence.distance > 4) & ~wide).astype(np.uint8)
    rest = cv2.morphologyEx(rest, cv2.MORPH_OPEN, disc(1))
    return bool(np.count_nonzero(rest) >= 0.25 * np.count_nonzero(labels))


def _laid_flat(grey: NDArray[np.uint8], corners: NDArray[np.float32]) -> Plane:
    """Return the sheet with its long side along the rows."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    if sides[0] < sides[1]:
        corners, sides = np.roll(corners, -1, axis=0), np.roll(sides, -1)
    columns = _FLAT_SIDE
    rows = max(16, round(columns * float(sides[1] / max(1, sides[0]))))
    flat = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32) - 0.5
    view = cv2.getPerspectiveTransform(corners.astype(np.float32), flat.astype(np.float32))
    return np.asarray(cv2.warpPerspective(grey, view, (columns, rows)), np.float32)


def _is_printed(flat: Plane) -> bool:
    """Tell whether fine dark print stands on light paper."""
    edge = max(2, round(_EDGE * flat.shape[0]))
    inner = flat[edge:-edge, edge:-edge]
    ink = (inner < _INK * float(np.percentile(inner, 85))).astype(np.int8)
    crossings = [np.percentile(np.abs(np.diff(ink, axis=axis)).sum(axis=axis), 75) for axis in (0, 1)]
    return bool(0.06 < ink.mean() < 0.6 and max(crossings) >= _CROSSINGS)


_FREE = 0.8
_FLAT_SIDE = 128
_INK = 0.8
_EDGE = 0.05
_CROSSINGS = 8
