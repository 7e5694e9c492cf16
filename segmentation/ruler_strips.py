"""Where in a photo a ruler may lie: rows, along a long straight edge, of marks at even distances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import RgbImage

Contrast = NDArray[np.float32]
"""Shape (height, width): how much darker than its surroundings along the row, 0..255."""
MOST_DISTANCE = 1 / 12
"""Distance of two marks at most, as a share of the photo's width: fewer marks cannot be read."""
_LEAST_DISTANCE = 2.6
"""In pixels: closer marks blur into one another."""
_MARK_WIDTH = 9
"""In pixels; marks are narrower."""
_BAND = 4
"""Rows that are looked at together."""
_LEAST_SCORE = 0.25
_LEAST_CONTRAST = 8
"""Of the darkest lines of a band, 0..255."""
_MOST_ANGLES, _MOST_BANDS, _MOST_ALIKE = 3, 8, 3
"""Directions; bands of each; bands whose lines are equally far apart (cloth has them everywhere)."""
_EDGE_LENGTH = 0.25
"""Of a ruler's edge, as a share of the photo's shorter side."""
_SPECTRUM = 2048
_HARMONICS = 6


@dataclass(frozen=True, slots=True)
class Band:
    """Rows ``top`` to ``top + height`` of a turned photo, and how far apart its marks seem to be.

    ``turn``, shape (2, 3), leads from the photo's (x, y) to the turned photo's.
    """

    contrast: Contrast
    turn: NDArray[np.float64]
    top: int
    height: int
    distance: float
    score: float


def bands(image: RgbImage) -> Iterator[Band]:
    """Yield the bands of a photo in which marks repeat, the most regular of each direction first."""
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    if min(grey.shape) < 4 * _BAND:
        return
    for angle in edge_angles(grey):
        turn, size = turn_of(grey.shape[0], grey.shape[1], angle)
        level = cv2.warpAffine(
            grey, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        yield from regular_bands(dark_lines(np.asarray(level)), turn)


def edge_angles(grey: NDArray[np.uint8]) -> list[float]:
    """Return the directions of long straight edges in degrees, the commonest first."""
    found = cv2.createLineSegmentDetector().detect(cv2.GaussianBlur(grey, (3, 3), 0))[0]
    if found is None:
        return []
    lines = np.asarray(found, np.float64).reshape(-1, 4)
    along, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    lengths = np.hypot(along, down)
    long = lengths > _EDGE_LENGTH * min(grey.shape)
    angles, weights = np.degrees(np.arctan2(down, along))[long] % 180, lengths[long]
    commonest: list[float] = []
    while weights.any() and len(commonest) < _MOST_ANGLES:
        offsets = (angles[:, None] - angles[None] + 90) % 180 - 90
        votes = (np.abs(offsets) < 1) @ weights
        best = int(np.argmax(np.where(weights > 0, votes, 0)))
        near = np.abs(offsets[:, best]) < 1
        shift = np.average(offsets[near, best], weights=weights[near] + 1e-9)
        commonest.append(float(angles[best] + shift))
        weights = np.where(np.abs(offsets[:, best]) < 3, 0, weights)
    return commonest


def turn_of(height: int, width: int, angle: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return what lays edges of direction ``angle`` (degrees) along the rows, and (width, height)."""
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0))
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = int(height * sine + width * cosine), int(height * cosine + width * sine)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return turn, size


def dark_lines(grey: NDArray[np.uint8]) -> Contrast:
    """Return how much darker each pixel is than what lies beside it in its row."""
    kernel = np.ones((1, _MARK_WIDTH), np.uint8)
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel), dtype=np.float32)


def regular_bands(contrast: Contrast, turn: NDArray[np.float64]) -> list[Band]:
    """Return the bands whose dark lines are most regular, none of them overlapping."""
    tops = np.arange(0, contrast.shape[0] - _BAND, _BAND // 2)
    rows = np.cumsum(np.pad(contrast, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
    profiles = (rows[tops + _BAND] - rows[tops]) / _BAND
    clear = np.percentile(profiles, 95, axis=1) > _LEAST_CONTRAST
    tops, profiles = tops[clear], profiles[clear]
    if not len(tops):
        return []
    scores, distances = regularity(profiles)
    chosen: list[Band] = []
    for at in np.argsort(-scores):
        if scores[at] < _LEAST_SCORE or len(chosen) == _MOST_BANDS:
            break
        top, distance = int(tops[at]), float(distances[at])
        band = Band(contrast, turn, top, _BAND, distance, float(scores[at]))
        alike = [abs(band.distance / other.distance - 1) < 0.03 for other in chosen]
        apart = all(abs(band.top - other.top) >= _BAND for other in chosen)
        if apart and sum(alike) < _MOST_ALIKE:
            chosen.append(band)
    return chosen


def regularity(profiles: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return of each row how much of its power repeats at one distance (0..1), and that distance."""
    limit = np.percentile(profiles, 98, axis=1, keepdims=True)
    even = np.minimum(profiles, limit)
    even = (even - even.mean(axis=1, keepdims=True)) * np.hanning(profiles.shape[1])
    power = np.abs(np.fft.rfft(even, _SPECTRUM, axis=1)) ** 2
    width = profiles.shape[1]
    lobe = round(1.5 * _SPECTRUM / width)
    sums = np.cumsum(np.pad(power, ((0, 0), (lobe + 1, lobe))), axis=1)
    near = sums[:, 2 * lobe + 1 :] - sums[:, : -2 * lobe - 1]
    first = int(np.ceil(_SPECTRUM / (MOST_DISTANCE * width)))
    bins = np.arange(first, int(_SPECTRUM / _LEAST_DISTANCE))
    total = power.sum(axis=1) + 1e-6
    repeated = np.zeros((len(profiles), len(bins)))
    share = np.zeros(len(bins))
    for harmonic in range(1, _HARMONICS + 1):
        at = bins * harmonic
        inside = at < near.shape[1]
        repeated[:, inside] += near[:, at[inside]]
        share += inside * (2 * lobe + 1) / power.shape[1]
    scores = (repeated / total[:, None] - share) / (1 - np.minimum(share, 0.9))
    # A comb of half the frequency holds the same lines: take the highest that holds nearly all.
    enough = scores >= 0.85 * scores.max(axis=1, keepdims=True)
    best = len(bins) - 1 - np.argmax(enough[:, ::-1], axis=1)
    return scores[np.arange(len(profiles)), best], _SPECTRUM / bins[best]
