"""What a feature is: an image in, one vector out; and those that learn nothing as embedders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, StateArrays
from catalog.embedding.contract import EmbedderDescription

LICENCE = "Apache-2.0"
BATCH_SIZE = 32
VERSION = 1
"""Raise when the code of any feature gives another vector for the same image and state."""


class Feature(Protocol):
    """Turns one image into one vector of ``size`` numbers, of length 1 or all 0."""

    @property
    def name(self) -> str:
        """Short and unique; the state's arrays are named by it."""
        ...

    @property
    def size(self) -> int:
        """How many numbers the vector has."""
        ...

    @property
    def side(self) -> int:
        """The side in pixels that the image is looked at."""
        ...

    def learn(self, images: Sequence[RgbImage]) -> StateArrays:
        """Learn from any number of images, and return what was learnt."""
        ...

    def load(self, state: StateArrays) -> None:
        """Take over what was learnt; a KeyError or ValueError says that it does not fit."""
        ...

    def vector(self, image: RgbImage) -> FloatVector:
        """Return the vector, shape (size,)."""
        ...


class FixedFeature:
    """A feature that learns nothing."""

    def learn(self, images: Sequence[RgbImage]) -> StateArrays:  # noqa: ARG002
        """Learn nothing."""
        return {}

    def load(self, state: StateArrays) -> None:
        """Take over nothing."""


class FixedEmbedder:
    """An embedder whose vectors are those of one feature that learns nothing."""

    def __init__(self, feature: Feature) -> None:
        self._feature = feature
        identity = f"{feature.name} {VERSION} {feature.size} {feature.side}"
        self._description = EmbedderDescription(
            name=f"builtin:{feature.name}",
            modality="image",
            dim=feature.size,
            licence=LICENCE,
            fingerprint=hashlib.sha256(identity.encode()).hexdigest(),
            input_side=feature.side,
            batch_size=BATCH_SIZE,
        )

    @property
    def description(self) -> EmbedderDescription:
        """The feature's identity."""
        return self._description

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        """Embed images, unit rows, shape (n, dim)."""
        rows = np.empty((len(batch), self._feature.size), np.float32)
        for number, image in enumerate(batch):
            rows[number] = unit_or_even(self._feature.vector(image))
        return rows

    embed_queries = embed_documents


def unit(vector: FloatVector) -> FloatVector:
    """Return the vector scaled to length 1; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length > 0 else vector, dtype=np.float32)


def unit_or_even(vector: FloatVector) -> FloatVector:
    """Return the vector scaled to length 1; of zeros (a blank image) the one with equal entries."""
    scaled = unit(vector)
    if scaled.any():
        return scaled
    return np.full(len(vector), len(vector) ** -0.5, np.float32)


def root(vector: FloatVector) -> FloatVector:
    """Return the square root of each entry with its sign, which tames the few largest ones."""
    return np.asarray(np.sign(vector) * np.sqrt(np.abs(vector)), dtype=np.float32)
