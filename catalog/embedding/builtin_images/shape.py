"""``builtin:shape``: the outline of the largest thing in the image, whatever its size and turn."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatVector, RgbImage
from catalog.embedding.builtin_images.feature import FixedEmbedder, FixedFeature, root, unit
from catalog.embedding.builtin_images.pixels import grey, orientation_maps, square

_MOMENTS = 7
_FREQUENCIES = 24
_PROPORTIONS = 5
_DIRECTIONS = 36
_OUTLINE_POINTS = 128


class Shape(FixedFeature):
    """Hu moments, Fourier magnitudes of the outline, proportions and edge directions; 72 numbers.

    The thing is what Otsu's threshold separates from the image's border.
    """

    name = "shape"
    side = 128
    size = _MOMENTS + _FREQUENCIES + _PROPORTIONS + _DIRECTIONS

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (72,)."""
        brightness = grey(square(image, self.side))
        maps = orientation_maps(brightness, _DIRECTIONS, 1.0)
        outline = _outline(_foreground(brightness))
        if outline is None:
            pieces = [np.zeros(size, np.float32) for size in (_MOMENTS, _FREQUENCIES, _PROPORTIONS)]
        else:
            pieces = [_hu_moments(outline), _frequencies(outline), _proportions(outline)]
        directions = np.sqrt(maps.sum(axis=(0, 1)))
        return unit(np.concatenate([unit(piece) for piece in (*pieces, directions)]))


def _foreground(brightness: FloatVector) -> NDArray[np.uint8]:
    levels = brightness.astype(np.uint8)
    _, bright = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    border = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    return np.asarray(255 - bright if border.mean() > 127 else bright, dtype=np.uint8)


def _outline(mask: NDArray[np.uint8]) -> NDArray[np.int32] | None:
    """Return the longest outline, shape (points, 2) x y, None where nothing encloses an area."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or cv2.contourArea(largest) < 4:
        return None
    return np.asarray(largest[:, 0], dtype=np.int32)


def _hu_moments(outline: NDArray[np.int32]) -> FloatVector:
    moments = cv2.HuMoments(cv2.moments(outline)).ravel()
    return np.asarray(np.sign(moments) * np.log1p(np.abs(moments) * 1e4), dtype=np.float32)


def _frequencies(outline: NDArray[np.int32]) -> FloatVector:
    """Return the magnitudes of the lowest frequencies, free of place, size, turn and start."""
    indices = np.linspace(0, len(outline), _OUTLINE_POINTS, endpoint=False).astype(int)
    points = outline[indices] @ np.array([1, 1j])
    strengths = np.abs(np.fft.fft(points - points.mean()))
    half = _FREQUENCIES // 2
    lowest = np.concatenate([strengths[1 : half + 1], strengths[-half:][::-1]])
    return root(np.asarray(lowest, dtype=np.float32))


def _proportions(outline: NDArray[np.int32]) -> FloatVector:
    area = cv2.contourArea(outline)
    _, (width, height), _ = cv2.minAreaRect(outline)
    hull = cv2.contourArea(cv2.convexHull(outline))
    length = cv2.arcLength(outline, closed=True)
    long, short = max(width, height), min(width, height)
    shares = [
        short / long,
        area / max(hull, 1),
        area / max(long * short, 1),
        4 * np.pi * area / length**2,
        area / (Shape.side * Shape.side),
    ]
    return np.clip(np.asarray(shares, np.float32), 0, 1)


def embedder() -> FixedEmbedder:
    """Return the embedder."""
    return FixedEmbedder(Shape())
