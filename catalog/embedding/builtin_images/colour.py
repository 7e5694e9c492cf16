"""``builtin:colour``: how much of which colour is where."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatVector, RgbImage
from catalog.embedding.builtin_images.feature import FixedEmbedder, FixedFeature, unit
from catalog.embedding.builtin_images.pixels import square

_HUES, _SATURATIONS, _VALUES, _GREYS = 8, 2, 2, 8
_BINS = _HUES * _SATURATIONS * _VALUES + _GREYS
_GREY_BELOW = 40
"""Of 255: the hue of a paler pixel is mostly noise, so it counts by its brightness alone."""
_GRIDS = (1, 2, 4)


class Colour(FixedFeature):
    """Histograms of 40 colours over the image, its quarters and its sixteenths; 840 numbers.

    Entries are square roots of shares, so that a scalar product compares by Bhattacharyya.
    """

    name = "colour"
    side = 96
    size = _BINS * sum(grid * grid for grid in _GRIDS)

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (840,)."""
        codes = _codes(square(image, self.side))
        finest = _histograms(codes, _GRIDS[-1])
        levels = [_pooled(finest, grid) for grid in _GRIDS]
        return unit(np.sqrt(np.concatenate(levels)))


def _codes(image: RgbImage) -> NDArray[np.intp]:
    hue, saturation, value = np.moveaxis(
        cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.intp), 2, 0
    )
    code = hue * _HUES // 180
    code = code * _SATURATIONS + (saturation - _GREY_BELOW) * _SATURATIONS // (256 - _GREY_BELOW)
    code = code * _VALUES + value * _VALUES // 256
    greys = _BINS - _GREYS + value * _GREYS // 256
    return np.asarray(np.where(saturation < _GREY_BELOW, greys, code))


def _histograms(codes: NDArray[np.intp], grid: int) -> NDArray[np.float32]:
    """Return the counts, shape (grid, grid, bins)."""
    cell = np.arange(len(codes)) * grid // len(codes)
    place = (cell[:, None] * grid + cell) * _BINS
    counts = np.bincount((place + codes).ravel(), minlength=grid * grid * _BINS)
    return counts.reshape(grid, grid, _BINS).astype(np.float32)


def _pooled(finest: NDArray[np.float32], grid: int) -> FloatVector:
    cells = len(finest) // grid
    blocks = finest.reshape(grid, cells, grid, cells, _BINS)
    return np.asarray(blocks.sum(axis=(1, 3)).ravel() / finest.sum(), dtype=np.float32)


def embedder() -> FixedEmbedder:
    """Return the embedder."""
    return FixedEmbedder(Colour())
