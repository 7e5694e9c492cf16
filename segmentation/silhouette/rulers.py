"""Rulers and tape measures: straight strips across the photo with a row of marks along one side.

Two long parallel edges (or one, and the photo's own) enclose a strip; laid flat, its marks stand
across it, evenly spread from end to end, and another part of it is blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask, RgbImage
from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.candidates import disc
from segmentation.working_size import reduced

_MARKS_SIDE = 480
"""Longer side in pixels at which marks are looked for: they are finer than parts."""
_WIDTHS = (0.03, 0.24)
"""Of a strip, as shares of the photo's shorter side."""
_LEAST_LENGTH = 0.6
_EDGE_SHARE = 0.3
"""Edge pixels on a straight line, as a share of the photo's shorter side."""
_MOST_LINES = 10
_PARALLEL = np.radians(3)
_ROWS, _MARK_ROWS, _END_ROWS = 24, 8, 3
_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """Points with ``x cos(angle) + y sin(angle) = offset``, x and y from the photo's middle."""

    angle: float
    offset: float


@dataclass(frozen=True, slots=True)
class _Strip:
    """What lies between two parallel lines."""

    angle: float
    low: float
    high: float


def find_rulers(image: RgbImage, evidence: Evidence) -> Mask:
    """Return where rulers lie, at the evidence's working size."""
    found = np.zeros(evidence.edge.shape, bool)
    strips = list(_strips(evidence))
    if not strips:
        return found
    grey = cv2.cvtColor(reduced(image, _MARKS_SIDE), cv2.COLOR_RGB2GRAY)
    for strip in strips:
        flat = _laid_flat(grey, strip, found.shape)
        if flat is not None and _has_marks(flat):
            found |= _inside(strip, found.shape)
    return found


def without(rulers: Mask, evidence: Evidence) -> Evidence:
    """Return the evidence with rulers looking like background."""
    if not rulers.any():
        return evidence
    wide = cv2.dilate(rulers.astype(np.uint8), disc(2)) > 0
    return replace(
        evidence,
        distance=np.where(wide, np.float32(0), evidence.distance),
        brightness=np.where(wide, np.float32(1), evidence.brightness),
        tint=np.where(wide, np.float32(0), evidence.tint),
        edge=np.where(wide, np.float32(0), evidence.edge),
        calm=evidence.calm | (evidence.ring & wide),
    )


def _strips(evidence: Evidence) -> Iterator[_Strip]:
    height, width = evidence.edge.shape
    lines = _lines(evidence)
    borders = [_Line(0.0, -width / 2), _Line(0.0, width / 2 - 1)]
    borders += [_Line(np.pi / 2, -height / 2), _Line(np.pi / 2, height / 2 - 1)]
    narrowest, widest = (share * min(height, width) for share in _WIDTHS)
    for at, line in enumerate(lines):
        for other in [*lines[at + 1 :], *borders]:
            turn = other.angle - line.angle
            if abs((turn + np.pi / 2) % np.pi - np.pi / 2) > _PARALLEL:
                continue
            offset = other.offset if np.cos(turn) > 0 else -other.offset
            low, high = sorted((line.offset, offset))
            if narrowest <= high - low <= widest:
                yield _Strip(line.angle, low, high)


def _lines(evidence: Evidence) -> list[_Line]:
    """Return the straightest long edges, no two of them alike."""
    height, width = evidence.edge.shape
    crest = evidence.edge >= 0.95 * cv2.dilate(evidence.edge, disc(1))
    sharp = evidence.edge > 4 * max(1.0, evidence.calm_edge)
    points = (crest & sharp).astype(np.uint8)
    votes = int(_EDGE_SHARE * min(height, width))
    found = cv2.HoughLines(points, 1, np.pi / 180, votes)
    chosen: list[tuple[float, float]] = []
    for offset, angle in [] if found is None else found[:60, 0, :2].tolist():
        if all(abs(offset - o) > 2.5 or abs(angle - a) > 0.06 for o, a in chosen):
            chosen.append((offset, angle))
    middle = width / 2, height / 2
    return [
        _Line(angle, offset - middle[0] * np.cos(angle) - middle[1] * np.sin(angle))
        for offset, angle in chosen[:_MOST_LINES]
    ]


def _laid_flat(grey: NDArray[np.uint8], strip: _Strip, shape: tuple[int, ...]) -> Plane | None:
    """Return the strip's pixels, its length along the rows, None when it is too short."""
    height, width = shape
    across = np.array([np.cos(strip.angle), np.sin(strip.angle)])
    along = np.array([-across[1], across[0]])
    middle = np.array([width, height]) / 2 + across * (strip.low + strip.high) / 2
    steps = np.arange(-np.hypot(height, width) / 2, np.hypot(height, width) / 2)
    places = middle + steps[:, None] * along
    within = steps[((places >= 0) & (places < [width, height])).all(axis=1)]
    if len(within) < max(2 * _SEGMENTS, _LEAST_LENGTH * min(height, width)):
        return None
    scale = grey.shape[1] / width
    columns = min(_MARKS_SIDE, int(len(within) * scale))
    thick = strip.high - strip.low
    turn = np.empty((2, 3))
    turn[:, 0] = along * len(within) * scale / columns
    turn[:, 1] = across * thick * scale / _ROWS
    turn[:, 2] = (middle + along * within[0] - across * thick / 2) * scale
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpAffine(grey, turn, (columns, _ROWS), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(flat.astype(np.float32), (0, 0), 0.5), np.float32)


def _has_marks(flat: Plane) -> bool:
    """Tell whether marks stand across the strip from one end to the other, beside a blank part."""
    inner = slice(_END_ROWS, -_END_ROWS)
    along = np.abs(np.diff(flat, axis=1))[inner]
    down = np.abs(np.diff(flat, axis=0))[inner]
    order = np.argsort(along.mean(axis=1))
    profile = along[order[-_MARK_ROWS:]].mean(axis=0)
    segments = np.array([part.mean() for part in np.array_split(profile, _SEGMENTS)])
    usual = float(np.median(segments))
    blank = float(along[order[:_MARK_ROWS]].mean())
    is_even = np.count_nonzero(segments > 0.6 * usual) >= _SEGMENTS - 2
    is_even &= np.count_nonzero(segments < 2 * usual) >= _SEGMENTS - 1
    reaches_an_end = max(segments[0], segments[-1]) > 0.6 * usual
    stands_across = usual > max(2.5, 1.1 * (float(np.median(down.mean(axis=1))) + 0.5))
    return bool(is_even and reaches_an_end and stands_across and blank < 0.5 * usual)


def _inside(strip: _Strip, shape: tuple[int, ...]) -> Mask:
    height, width = shape
    y, x = np.ogrid[0:height, 0:width]
    offset = (x - width / 2) * np.cos(strip.angle) + (y - height / 2) * np.sin(strip.angle)
    return np.asarray((offset >= strip.low - 1.5) & (offset <= strip.high + 1.5), bool)
