"""Local descriptors gathered into one vector by visual words (VLAD).

For each word, the sum of the differences of its descriptors from it, each of these sums scaled to
length 1, then the square root taken: Jégou et al. 2010, Arandjelović and Zisserman 2013. Where a
descriptor lies in the image is two more entries of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, StateArrays, unit_rows
from catalog.embedding.builtin_images.drawings import drawings
from catalog.embedding.builtin_images.feature import root, unit
from catalog.embedding.builtin_images.words import k_means, nearest_word, principal_axes

_LEARNT_FROM = 600
"""Images; more do not change the words visibly."""
_DESCRIPTORS = 120_000
_DESCRIPTORS_A_WORD = 40
"""With fewer of them, drawings fill up the sample."""
_SEED = 20_251
_MIRROR = np.array([-1, 1], np.float32)


@dataclass(frozen=True, slots=True)
class LocalDescriptors:
    """What a local feature finds in one image.

    ``rows`` has shape (n, size); ``places`` (n, 2) holds x and y, -0.5..0.5 from the middle.
    """

    rows: FloatMatrix
    places: FloatMatrix


class LocalFeature(Protocol):
    """Describes many places of one image."""

    @property
    def name(self) -> str:
        """Short and unique."""
        ...

    @property
    def size(self) -> int:
        """How many numbers one descriptor has."""
        ...

    @property
    def side(self) -> int:
        """The side in pixels that the image is looked at."""
        ...

    @property
    def mirrored(self) -> NDArray[np.intp] | None:
        """The order of a descriptor's numbers in the mirrored image, None when there is no such."""
        ...

    def describe(self, image: RgbImage) -> LocalDescriptors:
        """Return the descriptors of one image."""
        ...


class Vlad:
    """A feature made of a local one; where that can be mirrored, image and mirror image count alike."""

    def __init__(self, local: LocalFeature, words: int, reduced: int, place_weight: float) -> None:
        self._local = local
        self._words = words
        self._reduced = reduced
        self._place_weight = np.float32(place_weight)
        self.name = local.name
        self.side = local.side
        self.size = words * (reduced + 2)

    def learn(self, images: Sequence[RgbImage]) -> StateArrays:
        """Learn the main axes of the descriptors, and the words."""
        rng = np.random.default_rng(_SEED)
        rows, places = self._sample(images, rng)
        axes, _ = principal_axes(rows, self._reduced)
        mean = rows.mean(axis=0)
        words = k_means(np.hstack([(rows - mean) @ axes, places]), self._words, _SEED)
        state = {"mean": mean, "axes": axes, "words": words}
        self.load(state)
        return state

    def load(self, state: StateArrays) -> None:
        """Take over what was learnt."""
        mean, axes, words = (
            np.asarray(state[key], np.float32) for key in ("mean", "axes", "words")
        )
        shapes = (mean.shape, axes.shape, words.shape)
        size = self._local.size
        if shapes != ((size,), (size, self._reduced), (self._words, self._reduced + 2)):
            raise ValueError(f"{self.name}: state of shapes {shapes}")
        self._centres, offset = words, mean @ axes
        self._axes, self._offset = axes, offset
        mirrored = self._local.mirrored
        if mirrored is not None:
            # Turning the axes round costs nothing; turning each descriptor round would.
            back = np.empty_like(axes)
            back[mirrored] = axes
            self._axes = np.hstack([axes, back])
            self._offset = np.concatenate([offset, offset])

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (size,), zeros where there is nothing to describe."""
        found = self._local.describe(image)
        if not len(found.rows):
            return np.zeros(self.size, np.float32)
        reduced = found.rows @ self._axes - self._offset
        places = found.places * self._place_weight
        total = self._gather(reduced[:, : self._reduced], places)
        if reduced.shape[1] > self._reduced:
            total += self._gather(reduced[:, self._reduced :], places * _MIRROR)
        return unit(total)

    def _gather(self, reduced: FloatMatrix, places: FloatMatrix) -> FloatVector:
        rows = np.hstack([reduced, places])
        nearest = nearest_word(rows, self._centres)
        belongs = np.zeros((len(rows), self._words), np.float32)
        belongs[np.arange(len(rows)), nearest] = 1
        sums = belongs.T @ rows - belongs.sum(axis=0)[:, None] * self._centres
        return unit(root(unit_rows(sums).ravel()))

    def _sample(
        self, images: Sequence[RgbImage], rng: np.random.Generator
    ) -> tuple[FloatMatrix, FloatMatrix]:
        picked = evenly_spaced(images, _LEARNT_FROM)
        share = _DESCRIPTORS // max(len(picked), 100)
        rows: list[FloatMatrix] = []
        places: list[FloatMatrix] = []
        count = 0
        for number, image in enumerate(chain(picked, drawings())):
            if number >= len(picked) and count >= self._words * _DESCRIPTORS_A_WORD:
                break
            found = self._local.describe(image)
            some = rng.permutation(len(found.rows))[:share]
            rows.append(found.rows[some])
            places.append(found.places[some] * self._place_weight)
            count += len(some)
        return np.concatenate(rows), np.concatenate(places)


def evenly_spaced(images: Sequence[RgbImage], most: int) -> list[RgbImage]:
    """Return at most so many of the images, from all over the sequence."""
    if len(images) <= most:
        return list(images)
    return [images[number * len(images) // most] for number in range(most)]
