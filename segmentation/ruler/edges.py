"""Long straight edges of a photo: a ruler has two of them, many photos have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 256
"""Longer side in pixels at which edges are looked for: a sixth of the time of 640, as exact."""
_LEAST_PIECE, _LEAST_LENGTH = 0.05, 0.2
"""Of a straight piece, and of all pieces of an edge, as shares of the photo's shorter side."""
_ON_LINE = 2.0
"""Pieces no further off (pixels at ``_SIDE``) lie on one edge."""
_ALIKE, _PARALLEL = 1.0, 3.0
"""Degrees: edges of one direction differ by less, other directions by more."""
_MOST_DIRECTIONS = 2


@dataclass(frozen=True, slots=True)
class Direction:
    """Parallel long edges.

    ``angle``: of the edges, in degrees clockwise from the rows. ``offsets``: how far they lie from
    the photo's middle in pixels, positive where the rows of the photo lie that is turned level.
    """

    angle: float
    offsets: NDArray[np.float64]


def directions(grey: NDArray[np.uint8]) -> list[Direction]:
    """Return the directions of the long straight edges, the one with the longest edge first."""
    edges = np.array(list(_edges(grey))).reshape(-1, 3)
    edges = edges[np.argsort(-edges[:, 2])]
    main_directions: list[Direction] = []
    while len(edges) and len(main_directions) < _MOST_DIRECTIONS:
        off = _turn(edges[:, 0], edges[0, 0])
        alike = np.abs(off) < _ALIKE
        angle = edges[0, 0] + np.average(off[alike], weights=edges[alike, 2])
        parallel = np.abs(off) < _PARALLEL
        # Seen from the other side, an offset has the other sign.
        flipped = np.abs(edges[parallel, 0] - edges[0, 0]) > 90
        offsets = np.where(flipped, -edges[parallel, 1], edges[parallel, 1])
        main_directions.append(Direction(float(angle), offsets))
        edges = edges[~parallel]
    return main_directions


def _edges(grey: NDArray[np.uint8]) -> Iterator[tuple[float, float, float]]:
    """Yield angle (degrees), offset (pixels of the photo) and length of each long edge."""
    shrink = min(1.0, _SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    segments = cv2.createLineSegmentDetector().detect(small)[0]
    lines = np.zeros((0, 4)) if segments is None else segments.reshape(-1, 4).astype(np.float64)
    spans = lines[:, 2:] - lines[:, :2]
    lengths = np.hypot(*spans.T)
    long = lengths > _LEAST_PIECE * min(small.shape)
    lines, spans, lengths = lines[long], spans[long], lengths[long]
    angles = np.degrees(np.arctan2(spans[:, 1], spans[:, 0])) % 180
    middles = (lines[:, :2] + lines[:, 2:]) / 2 - (np.array(small.shape[::-1]) - 1) / 2
    is_free = np.ones(len(lines), bool)
    for at in np.argsort(-lengths):
        if not is_free[at]:
            continue
        normal = np.array([-np.sin(np.radians(angles[at])), np.cos(np.radians(angles[at]))])
        offset = float(middles[at] @ normal)
        is_on = is_free & (np.abs(middles @ normal - offset) < _ON_LINE)
        is_on &= np.abs(_turn(angles, angles[at])) < _PARALLEL
        is_free &= ~is_on
        length = float(lengths[is_on].sum())
        if length > _LEAST_LENGTH * min(small.shape):
            yield float(angles[at]), offset / shrink, length


def _turn(angles: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """Return by how many degrees, -90..90, lines of these angles are turned from ``angle``."""
    return np.asarray((angles - angle + 90) % 180 - 90)
