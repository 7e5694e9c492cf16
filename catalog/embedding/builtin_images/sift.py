"""``builtin:sift``: dense SIFT at three scales, gathered into one vector by visual words.

SIFT on a grid is three filters over the whole image and no loop over points: the maps of gradient
directions are smoothed by a triangle, and a descriptor is 4 x 4 values of each of the 8 maps (as
``vl_dsift`` of VLFeat does it). Square-rooted after Arandjelović and Zisserman 2012.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, RgbImage
from catalog.embedding.builtin_images.fitted import Block, FittedEmbedder
from catalog.embedding.builtin_images.pixels import (
    grey,
    orientation_maps,
    square,
    triangle_filter,
)
from catalog.embedding.builtin_images.vlad import LocalDescriptors, Vlad

_BINS = 8
_CELLS = 4
_CELL = 4
"""Pixels a side; a descriptor looks at 16 x 16 of them."""
_OCTAVES = ((192, 4), (96, 2), (48, 2))
"""Side of the image, and pixels between descriptors."""
_SIGMA = 0.7
_WEAKEST = 1.0
"""Mean gradient (brightness levels a pixel) below which a place is empty background."""
_WORDS = 256
_REDUCED = 64
_PLACE_WEIGHT = 1.5
DIM = 320


class DenseSift:
    """Dense SIFT of the brightness."""

    name = "sift"
    side = _OCTAVES[0][0]
    size = _CELLS * _CELLS * _BINS

    @property
    def mirrored(self) -> NDArray[np.intp]:
        """Cells from right to left, and directions mirrored."""
        order = np.arange(self.size).reshape(_CELLS, _CELLS, _BINS)
        directions = (_BINS // 2 - np.arange(_BINS)) % _BINS
        return np.ascontiguousarray(order[:, ::-1][:, :, directions]).ravel()

    def describe(self, image: RgbImage) -> LocalDescriptors:
        """Return unit descriptors of all places that are not empty."""
        whole = square(image, self.side)
        scales = [_grid(grey(square(whole, side)), step) for side, step in _OCTAVES]
        return LocalDescriptors(
            np.concatenate([scale.rows for scale in scales]),
            np.concatenate([scale.places for scale in scales]),
        )


def _grid(brightness: FloatMatrix, step: int) -> LocalDescriptors:
    maps = orientation_maps(brightness, _BINS, _SIGMA)
    lattice = triangle_filter(maps, _CELL)[step // 2 :: step, step // 2 :: step]
    apart = _CELL // step
    height, width = (length - (_CELLS - 1) * apart for length in lattice.shape[:2])
    rows = np.empty((height, width, _CELLS, _CELLS, _BINS), np.float32)
    for down in range(_CELLS):
        for across in range(_CELLS):
            top, left = down * apart, across * apart
            rows[:, :, down, across] = lattice[top : top + height, left : left + width]
    rows = rows.reshape(height * width, -1)
    strength = rows.sum(axis=1)
    strong = strength > _WEAKEST * _CELLS * _CELLS
    roots = np.sqrt(rows[strong] / strength[strong, None])
    return LocalDescriptors(roots, _places(height, width, lattice.shape, apart)[strong])


def _places(height: int, width: int, lattice: tuple[int, ...], apart: int) -> FloatMatrix:
    y, x = np.mgrid[:height, :width] + (_CELLS - 1) * apart / 2 + 0.5
    places = [x.ravel() / lattice[1] - 0.5, y.ravel() / lattice[0] - 0.5]
    return np.stack(places, axis=1).astype(np.float32)


def sift_words() -> Vlad:
    """Return the feature."""
    return Vlad(DenseSift(), _WORDS, _REDUCED, _PLACE_WEIGHT)


def embedder() -> FittedEmbedder:
    """Return the embedder."""
    return FittedEmbedder("sift", [Block(sift_words(), DIM, whitening=0.4, weight=1.0)])
