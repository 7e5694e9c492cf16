"""Images at the size and in the form that the features look at."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, RgbImage


def square(image: RgbImage, side: int) -> RgbImage:
    """Return the image stretched to (side, side, 3); area averages where it shrinks."""
    height, width = image.shape[:2]
    if (height, width) == (side, side):
        return np.ascontiguousarray(image)
    how = cv2.INTER_AREA if height > side or width > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(image), (side, side), interpolation=how))


def grey(image: RgbImage) -> FloatMatrix:
    """Return the brightness, float32 0..255, shape (height, width)."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.float32)


def orientation_maps(brightness: FloatMatrix, bins: int, sigma: float) -> NDArray[np.float32]:
    """Return the strength of the gradient by its direction, shape (height, width, bins).

    ``sigma`` is that of the blur before, in pixels. A direction over the full circle is shared
    linearly between the two bins beside it.
    """
    smooth = cv2.GaussianBlur(brightness, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    across, down = (
        cv2.Sobel(smooth, cv2.CV_32F, *axis, ksize=1, scale=0.5, borderType=cv2.BORDER_REPLICATE)
        for axis in ((1, 0), (0, 1))
    )
    strength, angle = (part.ravel() for part in cv2.cartToPolar(across, down))
    position = angle * np.float32(bins / (2 * np.pi))
    lower = position.astype(np.intp)
    upper_share = (position - lower) * strength
    lower[lower == bins] = 0
    upper = lower + 1
    upper[upper == bins] = 0
    maps = np.zeros(strength.size * bins, np.float32)
    pixel = np.arange(0, maps.size, bins)
    maps[pixel + lower] = strength - upper_share
    maps[pixel + upper] = upper_share
    return maps.reshape(*brightness.shape, bins)


def triangle_filter(maps: NDArray[np.float32], half_width: int) -> NDArray[np.float32]:
    """Return each map smoothed by a triangle of that half width in pixels, weights summing to 1.

    Entry (y, x) is centred at the corner (y - 0.5, x - 0.5): every even step from half of it on then
    gives a lattice that is symmetric in the image, and a mirror image has the mirrored lattice.
    """
    weights = 1 - np.abs(np.arange(-half_width, half_width) + 0.5) / half_width
    kernel = (weights / weights.sum()).astype(np.float32)
    smooth = cv2.sepFilter2D(maps, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth)
