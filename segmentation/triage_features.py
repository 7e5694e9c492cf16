"""Cheap features of a photo that tell whether its part lies on an even ground with nothing beside.

All are read off the outer ring of a reduced photo, where the ground, rulers and clutter show; each is
0 for a studio photo and about 1 for a bad case.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import FloatMatrix, FloatVector, RgbImage
from segmentation.crop import fit_within

GROUND_FEATURES = 4
"""So many features, the first ones, describe the ground; the others what lies at the edges."""
FEATURES = ("spread", "colours", "texture", "unevenness", "things", "lines", "marks", "yellow")
LIMITS = np.array([0.35, 0.35, 0.35, 0.35, 0.3, 0.5, 0.6, 0.3], np.float32)
"""A photo needs cutting where any feature is above its limit."""

_SIDE = 192
_RING = 0.12
"""Width of the ring, as a share of the short side."""
_EDGE = 0.3
"""How far from the border rulers are looked for, as a share of the side."""


def triage_features(photo: RgbImage) -> FloatVector:
    """Return the features of one photo in 0..1. Shape (len(FEATURES),)."""
    small = cv2.GaussianBlur(fit_within(photo, _SIDE), (0, 0), 0.8)
    lab = _lab(small)
    pieces = _ring(lab)
    ring = np.concatenate(pieces)
    middle = np.median(ring, axis=0)
    apart = np.abs(ring - middle)
    spread = 1.48 * np.median(apart, axis=0)
    distance = np.sqrt(((ring - middle) ** 2).sum(axis=1))
    limit = max(12.0, 3.0 * float(np.linalg.norm(spread)))
    sides = np.stack([np.median(piece, axis=0) for piece in pieces])
    found = [
        float(spread[0]) / 20,
        float(np.linalg.norm(spread[1:])) / 8,
        _texture(lab) / 6,
        float(np.linalg.norm(sides - middle, axis=1).max()) / 40,
        float((distance > limit).mean()) / 0.4,
        max(_line(lab[..., 0]), _line(lab[..., 0].T)) / 30,
        max(_marks(band) for band in _bands(photo)),
        _yellow(small) / 0.2,
    ]
    return np.clip(np.array(found, np.float32), 0, 1)


def needs_cutting(features: FloatVector) -> bool:
    """Return whether a photo, or the centre of a group, is no studio photo."""
    return bool((features > LIMITS).any())


def _lab(image: RgbImage) -> FloatMatrix:
    scaled = image.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)


def _ring(lab: FloatMatrix) -> list[FloatMatrix]:
    """Return the colours of the four sides of the ring. Each of shape (pixels, 3)."""
    width = max(1, round(_RING * min(lab.shape[:2])))
    sides = (lab[:width], lab[-width:], lab[:, :width], lab[:, -width:])
    return [side.reshape(-1, 3) for side in sides]


def _texture(lab: FloatMatrix) -> float:
    """Return how rough the ground is: the median step between neighbours in the ring."""
    light = lab[..., 0]
    steps = np.abs(cv2.Laplacian(light, cv2.CV_32F))
    return float(np.median(np.concatenate(_ring(np.repeat(steps[..., None], 3, axis=2)))[:, 0]))


def _line(light: NDArray[np.float32]) -> float:
    """Return the step across the strongest line that runs along a whole side of the photo."""
    depth = max(2, round(_EDGE * light.shape[0]))
    if light.shape[0] < 8:
        return 0.0
    steps = np.median(light[2:] - light[:-2], axis=1)  # a median: the line has to go all the way
    return float(np.abs(np.concatenate([steps[:depth], steps[-depth:]])).max())


def _bands(photo: RgbImage) -> list[NDArray[np.float32]]:
    """Return the four outer bands at full resolution, each lying down. Shape (depth, length)."""
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.float32)
    height, width = grey.shape
    deep, wide = max(1, round(0.2 * height)), max(1, round(0.2 * width))
    return [grey[:deep], grey[-deep:], grey[:, :wide].T, grey[:, -wide:].T]


def _marks(band: NDArray[np.float32]) -> float:
    """Return how regularly dark marks follow each other along a band: a peak of autocorrelation."""
    if band.shape[1] < 64:
        return 0.0
    rows = band[:: max(1, band.shape[0] // 24)]
    steps = np.diff(rows, axis=1)
    steps = np.clip(steps - steps.mean(axis=1, keepdims=True), -40, 40)
    size = 1 << (2 * steps.shape[1] - 1).bit_length()
    power = np.abs(np.fft.rfft(steps, size, axis=1)) ** 2
    likeness = np.fft.irfft(power, size, axis=1)[:, : steps.shape[1] // 4]
    energy = np.maximum(likeness[:, :1], steps.shape[1] * 4.0)
    regular = likeness / energy
    peaks = np.sort(_peaks(regular), axis=0)[-3:]  # marks show in several rows
    return float(peaks.mean())


def _peaks(regular: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each row's highest return after its first dip below zero. Shape (rows,)."""
    risen = np.cumsum(regular < 0, axis=1) > 0
    return np.asarray(np.where(risen, regular, 0).max(axis=1), np.float32)


def _yellow(image: RgbImage) -> float:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    is_yellow = (hsv[..., 0] > 18) & (hsv[..., 0] < 34) & (hsv[..., 1] > 130) & (hsv[..., 2] > 90)
    return float(is_yellow.mean())
