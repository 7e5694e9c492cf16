"""Printed labels drawn into photos by the tests and benchmarks, with the truth about where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage

_PIXELS = 6.0
"""Of the drawn sheet, for each pixel of the photo."""
_TRIES = 400
_INK = (30, 30, 34)

Corners = NDArray[np.float32]
"""Shape (4, 2): x and y of upper left, upper right, lower right, lower left."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A photo and where its label lies."""

    image: RgbImage
    label: Mask


def with_label(image: RgbImage, occupied: Mask, rng: np.random.Generator) -> Labelled | None:
    """Lay a label at a random place, angle and size outside of what is ``taken``; None without room."""
    corners = _free_place(occupied, rng)
    if corners is None:
        return None
    size = corners[1] - corners[0], corners[3] - corners[0]
    width, height = (float(np.hypot(*side)) for side in size)
    return laid(image, printed_sheet(width, height, rng), corners, rng)


def printed_sheet(width: float, height: float, rng: np.random.Generator) -> RgbImage:
    """Return a sheet with a part number, lines of text and mostly a barcode, a blank margin around."""
    wide, high = round(width * _PIXELS), round(height * _PIXELS)
    sheet = np.full((high, wide, 3), rng.uniform(0.86, 1.0) * 245, np.uint8)
    margin = int(rng.uniform(0.06, 0.12) * high)
    if rng.random() < 0.3:
        cv2.rectangle(sheet, (margin // 2,) * 2, (wide - margin // 2, high - margin // 2), _INK, 4)
    rows = int(rng.integers(2, 5))
    row_height = (high - 2 * margin) // rows
    barcode = int(rng.integers(0, rows)) if rng.random() < 0.7 else -1
    for row in range(rows):
        top = margin + row * row_height
        window = sheet[top + row_height // 8 : top + row_height, margin : wide - margin]
        (_print_bars if row == barcode else _print_text)(window, rng)
    return sheet


def laid(image: RgbImage, sheet: RgbImage, corners: Corners, rng: np.random.Generator) -> Labelled:
    """Put a sheet between four corners, with a slight shadow, blur and noise."""
    height, width = image.shape[:2]
    high, wide = sheet.shape[:2]
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    finer = 3
    view = cv2.getPerspectiveTransform(flat, corners * finer)
    size = (width * finer, height * finer)
    soft = cv2.GaussianBlur(sheet, (0, 0), _PIXELS / finer / 2)
    print_ = cv2.warpPerspective(soft, view, size, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.ones((high, wide), np.float32), view, size)
    print_, cover = (
        cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
        for plane in (print_, cover)
    )
    lit = print_ * np.float32(rng.uniform(0.82, 1.0)) * (1 + rng.uniform(-0.03, 0.03, 3))
    away = rng.uniform(-0.008, 0.008, 2) * max(height, width)
    moved = np.array([[1, 0, away[0]], [0, 1, away[1]]], np.float32)
    cast = cv2.warpAffine(
        cv2.GaussianBlur(cover, (0, 0), 0.004 * width + 0.5), moved, (width, height)
    )
    shaded = image.astype(np.float32) * (1 - rng.uniform(0.1, 0.35) * cast[..., None])
    photo = shaded + (lit - shaded) * cv2.GaussianBlur(cover, (0, 0), 0.5)[..., None]
    photo += rng.normal(scale=rng.uniform(0.5, 3), size=photo.shape)
    return Labelled(np.clip(photo, 0, 255).astype(np.uint8), cover > 0.5)


def _free_place(occupied: Mask, rng: np.random.Generator) -> Corners | None:
    height, width = occupied.shape
    short = min(height, width)
    outlines, _ = cv2.findContours(
        occupied.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    body = np.zeros(occupied.shape, np.uint8)
    cv2.drawContours(body, outlines, -1, 1, cv2.FILLED)
    clear = cv2.distanceTransform(np.pad(body == 0, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    for size in np.linspace(rng.uniform(0.15, 0.36), 0.13, _TRIES) * short:
        aspect, angle = rng.uniform(1.2, 2.8), rng.uniform(0, 2 * np.pi)
        half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (size / 2, size / 2 / aspect)
        turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
        tilt = rng.uniform(-0.03, 0.03, (4, 2)) * size
        corners = half @ turn + tilt + rng.uniform(0, 1, 2) * (width, height)
        if (corners < 2).any() or (corners > (width - 3, height - 3)).any():
            continue
        sheet = np.zeros(occupied.shape, np.uint8)
        cv2.fillConvexPoly(sheet, np.round(corners).astype(np.int32), 1)
        if clear[sheet > 0].min() > 0.025 * short:
            return np.asarray(corners, np.float32)
    return None


def _print_text(window: RgbImage, rng: np.random.Generator) -> None:
    high, wide = window.shape[:2]
    text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVWXYZ0123456789-. "), 30))
    scale, thick = 0.75 * high / 22, max(1, round(0.75 * high / 22 * rng.uniform(1, 2.6)))
    until = int(wide * rng.uniform(0.5, 1))
    line = window[:, :until]
    cv2.putText(line, text, (0, int(0.85 * high)), cv2.FONT_HERSHEY_SIMPLEX, scale, _INK, thick)


def _print_bars(window: RgbImage, rng: np.random.Generator) -> None:
    unit = max(3, window.shape[1] // 95)
    at = 0
    while at < window.shape[1] - 4 * unit:
        bar, gap = rng.integers(1, 4, 2) * unit
        window[: int(0.85 * window.shape[0]), at : at + bar] = _INK
        at += bar + gap
