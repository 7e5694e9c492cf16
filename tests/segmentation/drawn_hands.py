"""Hands drawn into photos by the tests and benchmarks, with the truth about where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage

TONES = {
    "very light": (244, 200, 186),
    "light": (226, 172, 152),
    "medium": (198, 138, 114),
    "olive": (168, 114, 86),
    "brown": (124, 78, 58),
    "dark": (78, 50, 40),
}
"""RGB of skin in even light."""

Plane = NDArray[np.float32]
Point = tuple[float, float]
"""Along the pointing finger from its tip, and across; in finger radii."""
Limb = tuple[Point, Point, float]
"""From, to, radius."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A photo and where its hand is."""

    image: RgbImage
    hand: Mask


def with_hand(
    image: RgbImage, part: Mask, rng: np.random.Generator, tone: str, *, holds: bool
) -> Handed:
    """Let a hand reach in over a random border and hold the part, or point at it."""
    side = max(image.shape)
    radius = rng.uniform(0.028, 0.042) * side
    tip, ahead = _target(part, rng)
    tip = tip + ahead * (1.5 * radius if holds else -0.5 * radius)
    height = _height(image.shape[:2], tip, ahead, radius, _limbs(holds, rng), rng.random() < 0.5)
    return Handed(_lit(image, height, np.array(TONES[tone], np.float32), rng), height > 0)


def _target(
    part: Mask, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a point on the part's outline, x and y, and the direction in which it is reached."""
    angle = rng.integers(4) * np.pi / 2 + rng.uniform(-0.5, 0.5)
    ahead = np.array([np.cos(angle), np.sin(angle)])
    y, x = np.nonzero(part)
    places = np.stack([x, y], axis=1).astype(np.float64)
    aside = (places - places.mean(axis=0)) @ np.array([-ahead[1], ahead[0]])
    line = places[np.abs(aside) <= np.abs(aside).min() + 2]
    return line[np.argmin(line @ ahead)], ahead


def _limbs(holds: bool, rng: np.random.Generator) -> Iterator[Limb]:
    wrist = (-18.0, 3.0)
    for number, reach in enumerate((0.0, 0.8, -0.2, -2.0)):
        knuckle = (-8.5 - 0.3 * number, 2.1 * number)
        end = (reach, 2.2 * number + rng.uniform(-0.3, 0.3))
        curled = (-5.5, 2.1 * number)
        yield knuckle, end if holds or number == 0 else curled, 1.0 - 0.06 * number
        yield knuckle, wrist, 1.9
    yield (-14.0, -1.5), (-5.5, -3.6 if holds else -2.4), 1.15
    yield wrist, (-90.0, 3.0), 3.3


def _height(
    shape: tuple[int, ...],
    tip: NDArray[np.float64],
    ahead: NDArray[np.float64],
    radius: float,
    limbs: Iterator[Limb],
    left: bool,
) -> Plane:
    """Return how far the hand stands out of the photo's plane, in pixels; 0 beside it."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across = np.array([-ahead[1], ahead[0]]) * (-1 if left else 1)
    u, v = (((x - tip[0]) * axis[0] + (y - tip[1]) * axis[1]) / radius for axis in (ahead, across))
    height = np.zeros(shape, np.float32)
    for (u0, v0), (u1, v1), thick in limbs:
        du, dv = u1 - u0, v1 - v0
        along = np.clip(((u - u0) * du + (v - v0) * dv) / (du * du + dv * dv), 0, 1)
        off = (u - u0 - along * du) ** 2 + (v - v0 - along * dv) ** 2
        np.maximum(height, np.sqrt(np.clip(thick * thick - off, 0, None)), out=height)
    return height * np.float32(radius)


def _lit(
    image: RgbImage, height: Plane, tone: NDArray[np.float32], rng: np.random.Generator
) -> RgbImage:
    side = max(image.shape)
    soft = cv2.GaussianBlur(height, (0, 0), 0.006 * side)
    slope = np.stack(
        [-cv2.Sobel(soft, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1))]
    )
    normal = np.concatenate([slope, np.ones((1, *height.shape), np.float32)])
    normal /= np.linalg.norm(normal, axis=0)
    angle = rng.uniform(0, 2 * np.pi)
    light = np.array([0.55 * np.cos(angle), 0.55 * np.sin(angle), 0.83], np.float32)
    diffuse = np.clip(np.tensordot(light, normal, 1), 0, 1)
    # What is less lit is redder: light that comes back out of skin is.
    level = (0.24 + 0.81 * diffuse)[..., None] ** np.array([0.9, 1.05, 1.1], np.float32)
    patches = cv2.GaussianBlur(
        rng.normal(size=height.shape).astype(np.float32), (0, 0), 0.01 * side
    )
    skin = tone * level * (1 + 0.5 * patches[..., None]) * np.float32(rng.uniform(0.88, 1.04))
    cover = cv2.GaussianBlur((height > 0).astype(np.float32), (0, 0), 0.7)[..., None]
    moved = np.array([[1, 0, -0.02 * side * light[0]], [0, 1, -0.02 * side * light[1]]], np.float32)
    cast = cv2.warpAffine(cv2.GaussianBlur(cover, (0, 0), 0.015 * side), moved, cover.shape[1::-1])
    shaded = image.astype(np.float32) * (1 - 0.45 * cast[..., None])
    photo = shaded + (skin - shaded) * cover + rng.normal(scale=1.5, size=image.shape)
    lit: RgbImage = np.clip(photo, 0, 255).astype(np.uint8)
    return lit
