"""Rulers drawn by the tests, true to scale, marks downwards from the upper edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage

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


MATERIALS: dict[str, tuple[int, int, int]] = {
    "steel": (199, 201, 204),
    "tape": (235, 199, 41),
    "wood": (214, 178, 126),
    "plastic": (240, 240, 236),
}
"""What rulers are made of, and its colour."""
_INK = (28, 26, 24)
_LARGER = 3
"""Rulers are drawn so many times larger and reduced then."""


def with_ruler_at(
    photo: RgbImage,
    part: Mask,
    mm_per_px: float,
    angle: float,
    material: str,
    rng: np.random.Generator,
) -> tuple[RgbImage, Mask]:
    """Return a square photo with a ruler beside the part, turned by degrees, and what is seen of it.

    It lies where it covers little of the part, whose shadow falls on it. Its marks are true to scale;
    half of the rulers end within the photo.
    """
    side = photo.shape[0]
    thick = float(np.clip(rng.uniform(13, 30) / mm_per_px, 0.08 * side, 0.16 * side))
    length = side * (2.0 if rng.random() < 0.5 else rng.uniform(0.75, 0.95))
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    across = np.array([-along[1], along[0]])
    middle = side / 2 + across * (_emptiest(part, across, thick) - rng.uniform(0, 0.2) * thick)
    corner = middle - along * length / 2 - across * thick / 2
    turn = np.column_stack([along, across, _LARGER * corner])
    strip = _strip(length, thick, mm_per_px, material, rng)
    laid, cover = (_reduced(layer, turn, side) for layer in (strip, np.ones_like(strip[..., :1])))
    laid *= 1 - 0.5 * _shadow(part, rng)[..., None]
    laid += rng.normal(scale=2.5, size=laid.shape)
    share = (cover * (1 - cv2.GaussianBlur(part.astype(np.float32), (0, 0), 0.7)))[..., None]
    mixed: RgbImage = np.clip(photo * (1 - share) + laid * share, 0, 255).astype(np.uint8)
    return mixed, np.asarray((cover > 0.5) & ~part)


def _emptiest(part: Mask, across: NDArray[np.float64], thick: float) -> float:
    """Return how far from the middle a strip covers least of the part, and stays in the photo."""
    side = part.shape[0]
    y, x = np.nonzero(part)
    offsets = (x - side / 2) * across[0] + (y - side / 2) * across[1]
    reach = side / 2 * float(np.abs(across).max()) - thick / 2
    places: list[float] = [sign * share * reach for sign in (-1, 1) for share in (1.0, 0.85, 0.7)]
    return min(places, key=lambda place: int(np.sum(np.abs(offsets - place) < thick / 2)))


def _strip(
    length: float, thick: float, mm_per_px: float, material: str, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a ruler lying down, ``_LARGER`` times as large, marks along its upper edge."""
    rows, columns = round(thick * _LARGER), round(length * _LARGER)
    strip = np.full((rows, columns, 3), MATERIALS[material], np.uint8)
    distance = _LARGER / mm_per_px
    inset = rng.choice([0, 1]) * distance
    for number in range(int(columns / distance)):
        if number % (1 if distance >= 2 * _LARGER else 5):
            continue
        x, share = int((number + 0.5) * distance), metric(number) / 7 * 0.55
        low = int(min(share * rows, 2 * metric(number) * distance) + inset)
        cv2.line(strip, (x, int(inset)), (x, low), _INK, max(2, round(0.12 * distance)))
        if number % 10 == 0:
            place = (x + 4, int(0.8 * rows))
            cv2.putText(strip, str(number // 10), place, cv2.FONT_HERSHEY_SIMPLEX, 1, _INK, 3)
    streaks = rng.normal(scale=4, size=(rows, max(2, columns // 200))).astype(np.float32)
    grained = strip + cv2.resize(streaks, (columns, rows))[..., None]
    grained[:_LARGER] *= 0.7
    grained[-_LARGER:] *= 0.7
    return np.asarray(grained, np.float32)


def _reduced(
    strip: NDArray[np.float32], turn: NDArray[np.float64], side: int
) -> NDArray[np.float32]:
    large = cv2.warpAffine(strip, turn, (side * _LARGER, side * _LARGER))
    small = cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _shadow(part: Mask, rng: np.random.Generator) -> NDArray[np.float32]:
    moved = np.roll(part, rng.integers(-9, 10, 2), (0, 1)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), 5), np.float32)
