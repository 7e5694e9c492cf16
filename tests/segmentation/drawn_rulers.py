"""Rulers drawn by the tests, true to scale, marks downwards from the upper edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from partscope.arrays import RgbImage

MarkLength = Callable[[int], float]
"""From a mark's number to its length in marks' distances."""


def metric(number: int) -> float:
    """Millimetres: tens the longest, fives next."""
    return 7.0 if number % 10 == 0 else 5.0 if number % 5 == 0 else 3.5


def sixteenths(number: int) -> float:
    """Sixteenths of an inch."""
    return next(
        length
        for step, length in ((16, 7.0), (8, 5.5), (4, 4.5), (2, 3.5), (1, 2.5))
        if number % step == 0
    )


def half_centimetres(number: int) -> float:
    """A ruler whose millimetres are too fine to be seen."""
    return 1.4 if number % 2 == 0 else 1.0


def grid(_number: int) -> float:
    """Lines of one length, as on threads, gears and cutting mats."""
    return 4.0


def photo_with_ruler(
    distance: float,
    length_of: MarkLength = metric,
    *,
    angle: float = 0.0,
    side: int = 640,
    hidden: Sequence[range] = (),
) -> RgbImage:
    """Return a photo of a ruler whose marks are ``distance`` pixels apart, turned by degrees.

    Columns in ``hidden`` are covered, as by a part that lies on the ruler.
    """
    larger = 4
    photo = np.full((side, side, 3), (120, 104, 88), np.uint8)
    strip_height, top = round(min(0.3 * side, 10 * distance)), side // 8
    strip = np.full((strip_height * larger, side * larger, 3), (205, 206, 208), np.uint8)
    thick = max(larger, round(0.12 * distance * larger))
    for number in range(int(side / distance) + 1):
        x, low = (round(value * larger * distance) for value in (number + 0.3, length_of(number)))
        cv2.line(strip, (x, 0), (x, low), (20, 20, 20), thick)
    small = cv2.resize(strip, (side, strip_height), interpolation=cv2.INTER_AREA)
    for columns in hidden:
        small[:, columns.start : columns.stop] = (60, 60, 64)
    photo[top : top + strip_height] = small
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    turned = cv2.warpAffine(
        photo, turn, (side, side), flags=cv2.INTER_CUBIC, borderValue=(120, 104, 88)
    )
    noise = np.random.default_rng(0).normal(scale=2.5, size=turned.shape)
    noisy: RgbImage = np.clip(turned + noise, 0, 255).astype(np.uint8)
    return noisy
