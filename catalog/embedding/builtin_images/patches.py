"""``builtin:patches``: how strongly colour patches that the catalogue taught appear, and where.

Patches are whitened, clustered, and each image's patches compared with the centres; what exceeds a
threshold is summed over a 4 x 4 grid: Coates and Ng 2011.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, StateArrays, unit_rows
from catalog.embedding.builtin_images.drawings import drawings
from catalog.embedding.builtin_images.feature import unit
from catalog.embedding.builtin_images.fitted import Block, FittedEmbedder
from catalog.embedding.builtin_images.pixels import square
from catalog.embedding.builtin_images.vlad import evenly_spaced
from catalog.embedding.builtin_images.words import k_means, principal_axes

_PATCH = 8
_STEP = 2
_CENTRES = 256
_GRID = 4
_THRESHOLD = 1.0
_AXES = 80
_SOFTENING = 0.05
"""Added to each variance before whitening, so that noise is not blown up."""
_FLAT = 1e-3
"""Added to a patch's variance (pixels 0..1), so that flat patches stay small."""
_LEARNT_FROM = 600
_PATCHES = 60_000
_LEAST = 10_000
"""With fewer patches, drawings fill up the sample."""
_SEED = 20_252
DIM = 128


class Patches:
    """The feature; image and mirror image count alike."""

    name = "patches"
    side = 64
    size = _GRID * _GRID * _CENTRES

    def learn(self, images: Sequence[RgbImage]) -> StateArrays:
        """Learn the patches' main axes and centres, joined into one linear map."""
        rng = np.random.default_rng(_SEED)
        rows = self._sample(images, rng)
        axes, variances = principal_axes(rows, _AXES)
        whitening = axes / np.sqrt(variances + _SOFTENING)
        mean = rows.mean(axis=0)
        centres = unit_rows(k_means(unit_rows((rows - mean) @ whitening), _CENTRES, _SEED))
        filters = whitening @ centres.T
        state = {"filters": filters, "offset": mean @ filters}
        self.load(state)
        return state

    def load(self, state: StateArrays) -> None:
        """Take over what was learnt."""
        filters = np.asarray(state["filters"], np.float32)
        offset = np.asarray(state["offset"], np.float32)
        numbers = 3 * _PATCH * _PATCH
        if (filters.shape, offset.shape) != ((numbers, _CENTRES), (_CENTRES,)):
            raise ValueError(f"patches: state of shapes {filters.shape}, {offset.shape}")
        mirrored = np.arange(numbers).reshape(3, _PATCH, _PATCH)[:, :, ::-1].ravel()
        self._filters = (filters, np.ascontiguousarray(filters[mirrored]))
        self._offset = offset + np.float32(_THRESHOLD)

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (4096,)."""
        rows = _patches(square(image, self.side))
        unmirrored, mirrored = (_pooled(rows @ filters - self._offset) for filters in self._filters)
        return unit(_rooted(unmirrored) + _rooted(mirrored[:, ::-1]))

    def _sample(self, images: Sequence[RgbImage], rng: np.random.Generator) -> FloatMatrix:
        chosen_images = evenly_spaced(images, _LEARNT_FROM)
        share = _PATCHES // max(len(chosen_images), 100)
        rows: list[FloatMatrix] = []
        count = 0
        for number, image in enumerate(chain(chosen_images, drawings())):
            if number >= len(chosen_images) and count >= _LEAST:
                break
            patches = _patches(square(image, self.side))
            patches = patches[np.abs(patches).max(axis=1) > 0]
            rows.append(patches[rng.permutation(len(patches))[:share]])
            count += len(rows[-1])
        return np.concatenate(rows)


def _patches(image: RgbImage) -> FloatMatrix:
    """Return the patches row by row, each with mean 0 and variance up to 1, shape (n, 3 * 8 * 8)."""
    pixels = image.astype(np.float32) / 255
    windows: FloatMatrix = sliding_window_view(pixels, (_PATCH, _PATCH), (0, 1))
    rows = windows[::_STEP, ::_STEP].reshape(-1, 3 * _PATCH * _PATCH)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.sqrt(np.square(rows).mean(axis=1, keepdims=True) + np.float32(_FLAT))
    return rows


def _pooled(strengths: FloatMatrix) -> FloatMatrix:
    """Return the sums of what is above 0 over the grid, shape (4, 4, centres)."""
    np.maximum(strengths, 0, out=strengths)
    across = round(len(strengths) ** 0.5)
    maps = strengths.reshape(across, across, -1)
    starts = np.arange(_GRID) * across // _GRID
    return np.add.reduceat(np.add.reduceat(maps, starts, axis=0), starts, axis=1)


def _rooted(pooled: FloatMatrix) -> FloatVector:
    return unit(np.sqrt(pooled).ravel())


def embedder() -> FittedEmbedder:
    """Return the embedder."""
    return FittedEmbedder("patches", [Block(Patches(), 256, whitening=0.4, weight=1.0)])
