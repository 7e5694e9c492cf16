"""Where in a photo a ruler may lie: rows, along a long straight edge, of marks at even distances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import RgbImage
from segmentation.ruler.edges import Direction, directions

Contrast = NDArray[np.uint8]
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
_REACH = 0.2
"""How far from a long edge marks are looked for, as a share of the photo's shorter side."""
_SEGMENTS, _MARKED = 8, 3
"""Of the segments of a band, so many have marks: many bands are told from a ruler's by that alone."""
_LEAST_CONTRAST, _EVEN = 6, 0.3
"""Of the darkest line of a marked segment, 0..255, and as a share of the darkest segment's."""
_MOST_BANDS, _MOST_ALIKE = 8, 3
"""Bands of a direction; bands whose lines are equally far apart (cloth has them everywhere)."""
_SPECTRUM, _HARMONICS = 1024, 6


@dataclass(frozen=True, slots=True)
class Level:
    """A photo turned so that its edges of one direction lie along the rows.

    ``turn``, shape (2, 3), leads from the photo's (x, y) to the turned photo's. ``edges`` are the
    rows of the long edges, ``side`` is the photo's shorter side in pixels.
    """

    grey: NDArray[np.uint8]
    contrast: Contrast
    turn: NDArray[np.float64]
    edges: NDArray[np.float64]
    side: int


@dataclass(frozen=True, slots=True)
class Band:
    """Rows ``top`` to ``top + height`` of a turned photo, and how far apart its marks seem to be."""

    level: Level
    top: int
    height: int
    distance: float
    score: float


def bands(image: RgbImage) -> Iterator[list[Band]]:
    """Yield for each direction of edges the bands in which marks repeat, the most regular first."""
    if min(image.shape[:2]) < 4 * _BAND:
        return
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY))
    for direction in directions(grey):
        yield regular_bands(_levelled(grey, direction))


def _levelled(grey: NDArray[np.uint8], direction: Direction) -> Level:
    turn, size = turn_of(grey.shape[0], grey.shape[1], direction.angle)
    level = cv2.warpAffine(
        grey, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    rows = direction.offsets + (size[1] - 1) / 2
    contrast = dark_lines(np.asarray(level)) * _photo_in(turn, size, grey.shape)
    return Level(np.asarray(level), contrast, turn, rows, min(grey.shape))


def _photo_in(
    turn: NDArray[np.float64], size: tuple[int, int], shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    """Return where the turned photo shows something, as 0 and 1: beside it marks seem to go on."""
    height, width = shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
    inside = np.zeros(size[::-1], np.uint8)
    turned = corners @ turn[:, :2].T + turn[:, 2]
    return np.asarray(cv2.fillConvexPoly(inside, np.round(turned).astype(np.int32), 1))


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
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel), np.uint8)


def regular_bands(level: Level) -> list[Band]:
    """Return the bands whose dark lines are most regular, none of them overlapping."""
    if level.grey.shape[1] * MOST_DISTANCE < _LEAST_DISTANCE:
        return []
    tops, profiles = _marked(level)
    if not len(tops):
        return []
    scores, distances = regularity(profiles)
    chosen: list[Band] = []
    for at in np.argsort(-scores):
        if scores[at] < _LEAST_SCORE or len(chosen) == _MOST_BANDS:
            break
        band = Band(level, int(tops[at]), _BAND, float(distances[at]), float(scores[at]))
        alike = [abs(band.distance / other.distance - 1) < 0.03 for other in chosen]
        apart = all(abs(band.top - other.top) >= _BAND for other in chosen)
        if apart and sum(alike) < _MOST_ALIKE:
            chosen.append(band)
    return chosen


def _marked(level: Level) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return first rows and profiles of the bands near an edge with dark lines all along them."""
    means = cv2.boxFilter(level.contrast, cv2.CV_32F, (1, _BAND), anchor=(0, 0))
    tops = np.arange(0, len(means) - _BAND, _BAND // 2)
    away = np.abs(tops[:, None] + _BAND / 2 - level.edges).min(axis=1)
    tops = tops[away < _REACH * level.side]
    profiles = means[tops]
    length = profiles.shape[1] // _SEGMENTS
    pieces = profiles[:, : length * _SEGMENTS].reshape(len(profiles), _SEGMENTS, length)
    peaks = np.sort(pieces.max(axis=2) - pieces.mean(axis=2), axis=1)[:, -_MARKED:]
    is_marked = (peaks[:, 0] > _LEAST_CONTRAST) & (peaks[:, 0] > _EVEN * peaks[:, -1])
    return tops[is_marked], profiles[is_marked]


def regularity(profiles: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return of each row how much of its power repeats at one distance (0..1), and that distance."""
    width = profiles.shape[1]
    size = max(_SPECTRUM, cv2.getOptimalDFTSize(width))
    power = _power(profiles, size)
    lobe = round(1.5 * size / width)
    sums = np.cumsum(np.pad(power, ((0, 0), (lobe + 1, lobe))), axis=1)
    near = sums[:, 2 * lobe + 1 :] - sums[:, : -2 * lobe - 1]
    first = int(np.ceil(size / (MOST_DISTANCE * width)))
    bins = np.arange(first, int(size / _LEAST_DISTANCE))
    total = power.sum(axis=1) + 1e-6
    repeated = np.zeros((len(profiles), len(bins)), np.float32)
    share = np.zeros(len(bins), np.float32)
    for harmonic in range(1, _HARMONICS + 1):
        inside = np.searchsorted(bins * harmonic, near.shape[1])
        repeated[:, :inside] += near[:, first * harmonic : near.shape[1] : harmonic][:, :inside]
        share[:inside] += (2 * lobe + 1) / power.shape[1]
    scores = (repeated / total[:, None] - share) / (1 - np.minimum(share, 0.9))
    # A comb of half the frequency holds the same lines: take the highest that holds nearly all.
    enough = scores >= 0.85 * scores.max(axis=1, keepdims=True)
    best = len(bins) - 1 - np.argmax(enough[:, ::-1], axis=1)
    return scores[np.arange(len(profiles)), best], size / bins[best]


def _power(profiles: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Return the power spectrum of each row; the few strongest lines of a row count as others do."""
    limit = np.partition(profiles, -profiles.shape[1] // 50, axis=1)[:, -profiles.shape[1] // 50]
    even = np.minimum(profiles, limit[:, None])
    even -= even.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(even * np.hanning(profiles.shape[1]).astype(np.float32), size, axis=1)
    return np.asarray(spectrum.real**2 + spectrum.imag**2)
