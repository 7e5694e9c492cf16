"""Cheap features of a photo that tell whether its part fills it, on an even ground with nothing beside.

All are read off a reduced photo, mostly its outer ring, where the ground, rulers and clutter show. Each
is 0 for a studio photo and at most 1.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, RgbImage
from catalog.images.reduction import long_side_at_most

GROUND_FEATURES = 4
"""So many features, the first ones, describe the ground; the others what lies at the edges."""
FEATURES = ("spread", "tint", "texture", "mixture", "things", "room", "lines", "marks", "yellow")
LIMITS = np.array([0.5, 0.5, 0.5, 0.6, 0.35, 0.3, 0.45, 0.6, 0.3], np.float32)
"""A photo needs cutting where any feature is above its limit."""

_SIDE = 160
_RING = 0.1
"""Width of the ring, as a share of the short side."""
_EDGE = 0.3
"""How far from the border rulers and clutter are looked for, as a share of the side."""
_SAME = 14.0
"""Colours nearer than this (CIE Lab) are taken for the same."""
_BIN = 4.0
_SPECK = 0.0015
"""A thing is at least this share of the photo."""


def triage_features(photo: RgbImage) -> FloatVector:
    """Return the features of one photo in 0..1. Shape (len(FEATURES),)."""
    small = cv2.GaussianBlur(long_side_at_most(photo, _SIDE), (0, 0), 0.8)
    lab = _lab(small)
    ring = _ring(lab)
    ground = _ground(ring)
    distance = np.sqrt(((ring - ground) ** 2).sum(axis=1))
    is_ground = distance < _SAME
    features = [
        float(np.median(distance[is_ground])) / 8 if is_ground.any() else 1.0,
        float(np.linalg.norm(ground[1:])) / 30,
        _texture(lab, is_ground) / 4,
        (0.6 - float(is_ground.mean())) / 0.5,
        *_things(lab, ground),
        max(_line(lab[..., 0]), _line(lab[..., 0].T)) / 30,
        max(_marks(band) for band in _bands(photo)),
        _yellow(small) / 0.15,
    ]
    return np.clip(np.array(features, np.float32), 0, 1)


def needs_cutting(features: FloatVector) -> bool:
    """Return whether a photo is no studio photo."""
    return bool((features > LIMITS).any())


def _lab(image: RgbImage) -> FloatMatrix:
    scaled = image.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)


def _ring(lab: FloatMatrix) -> FloatMatrix:
    """Return the colours of the photo's outer ring. Shape (pixels, 3)."""
    width = max(1, round(_RING * min(lab.shape[:2])))
    sides = (lab[:width], lab[-width:], lab[:, :width], lab[:, -width:])
    return np.concatenate([side.reshape(-1, 3) for side in sides])


def _ground(ring: FloatMatrix) -> FloatVector:
    """Return the most frequent colour of the ring: parts that run out of the photo do not sway it."""
    counts = np.bincount(np.clip(ring[:, 0] / _BIN, 0, 31).astype(np.intp), minlength=32)
    near = np.convolve(counts, np.ones(3), mode="same")
    middle = (int(near.argmax()) + 0.5) * _BIN
    return np.asarray(np.median(ring[np.abs(ring[:, 0] - middle) <= 1.5 * _BIN], axis=0))


def _texture(lab: FloatMatrix, is_ground: NDArray[np.bool_]) -> float:
    """Return how rough the ground is: the median second difference in the ring."""
    if not is_ground.any():
        return 1.0
    steps = _ring(np.abs(cv2.Laplacian(lab, cv2.CV_32F)))
    return float(np.median(steps[is_ground, 0]))


def _things(lab: FloatMatrix, ground: FloatVector) -> tuple[float, float]:
    """Return how much of the edges things cover apart from the largest one, and the room around that.

    The largest one is taken for the part; the room is the share of the photo's longer side that it
    leaves, as far as it lies free.
    """
    distance = np.sqrt(((lab - ground) ** 2).sum(axis=2))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((distance > _SAME).astype(np.uint8))
    if count < 2:
        return 0.0, 1.0
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float32)
    areas[0] = 0
    is_thing = areas > _SPECK * labels.size
    part = int(areas.argmax())
    is_thing[part] = False
    beside = is_thing[labels]
    rows, columns = (round(_EDGE * length) for length in labels.shape)
    beside[rows : labels.shape[0] - rows, columns : labels.shape[1] - columns] = False
    spans = stats[part, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    room = 1 - float(np.max(spans / np.array(labels.shape[::-1])))
    return float(beside.mean()) / 0.02, room


def _line(light: NDArray[np.float32]) -> float:
    """Return the step across the strongest line that runs along a whole side of the photo."""
    depth = max(2, round(_EDGE * light.shape[0]))
    if light.shape[0] < 8:
        return 0.0
    steps = light[2:] - light[:-2]
    steps = np.concatenate([steps[:depth], steps[-depth:]])
    low, high = np.percentile(steps, (15, 85), axis=1)  # the line has to go nearly all the way
    return float(max(low.max(), -high.min(), 0.0))


def _bands(photo: RgbImage) -> list[NDArray[np.float32]]:
    """Return the four outer bands at full resolution, each lying down. Shape (depth, length)."""
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.float32)
    height, width = grey.shape
    deep, wide = max(1, round(0.2 * height)), max(1, round(0.2 * width))
    return [grey[:deep], grey[-deep:], grey[:, :wide].T, grey[:, -wide:].T]


def _marks(band: NDArray[np.float32]) -> float:
    """Return how regularly marks follow each other along a band: a peak of autocorrelation."""
    if band.shape[1] < 64:
        return 0.0
    rows = band[:: max(1, band.shape[0] // 16)]
    steps = np.diff(rows, axis=1)
    steps = np.clip(steps - steps.mean(axis=1, keepdims=True), -40, 40)
    size = cv2.getOptimalDFTSize(steps.shape[1] + steps.shape[1] // 4)
    power = np.abs(np.fft.rfft(steps, size, axis=1)) ** 2
    likeness = np.fft.irfft(power, size, axis=1)[:, : steps.shape[1] // 4]
    regular = likeness / np.maximum(likeness[:, :1], steps.shape[1] * 4.0)
    has_dipped = np.cumsum(regular < 0, axis=1) > 0  # before that a row is only like itself
    peaks = np.sort(np.where(has_dipped, regular, 0).max(axis=1))
    return float(peaks[-3:].mean())  # marks show in several rows


def _yellow(image: RgbImage) -> float:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    is_yellow = (hsv[..., 0] > 18) & (hsv[..., 0] < 34) & (hsv[..., 1] > 130) & (hsv[..., 2] > 90)
    edge = is_yellow.copy()
    rows, columns = (round(_EDGE * length) for length in edge.shape)
    edge[rows : edge.shape[0] - rows, columns : edge.shape[1] - columns] = False
    return float(edge.mean())
