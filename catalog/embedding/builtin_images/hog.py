"""``builtin:hog``: histograms of oriented gradients, a coarse drawing of the part's outlines.

After Dalal and Triggs 2005, with soft binning in place and direction.
"""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import FloatVector, RgbImage
from catalog.embedding.builtin_images.feature import FixedEmbedder, FixedFeature, unit
from catalog.embedding.builtin_images.pixels import (
    grey,
    orientation_maps,
    square,
    triangle_filter,
)

_CELL = 16
_BINS = 8
_SIGMA = 0.7


class Hog(FixedFeature):
    """8 x 8 cells of 16 pixels with 8 directions each, evened out over 3 x 3 cells; 512 numbers."""

    name = "hog"
    side = 128
    size = (side // _CELL) ** 2 * _BINS

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (512,)."""
        maps = orientation_maps(grey(square(image, self.side)), _BINS, _SIGMA)
        cells = triangle_filter(maps, _CELL)[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL]
        energy = np.square(cells).sum(axis=2)
        nearby = cv2.blur(energy, (3, 3), borderType=cv2.BORDER_REPLICATE)
        # A hundredth of the strongest cell keeps noise in empty cells down.
        floor = 1e-2 * float(cells.max()) + 1e-6
        evened = cells / (np.sqrt(np.maximum(nearby, 0)) + floor)[:, :, None]
        roots = np.sqrt(evened).ravel()
        # All entries are positive; about their mean, unlike images score near 0 instead of 0.7.
        return unit(roots - roots.mean())


def embedder() -> FixedEmbedder:
    """Return the embedder."""
    return FixedEmbedder(Hog())
