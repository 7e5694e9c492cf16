"""Embedders that learn from the catalogue: blocks of a feature with its projection, side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, StateArrays
from catalog.embedding.builtin_images.feature import (
    BATCH_SIZE,
    LICENCE,
    VERSION,
    Feature,
    unit_or_even,
)
from catalog.embedding.builtin_images.projection import Projection
from catalog.embedding.builtin_images.vlad import evenly_spaced
from catalog.embedding.contract import EmbedderDescription
from catalog.errors import ModelNotFound, UsageError

_SAMPLE_SIZE = 2000
_PROJECTED_FROM = 1200
"""Images that the projections are learnt from."""


@dataclass(frozen=True, slots=True)
class Block:
    """One feature's part of the vector: ``dim`` numbers of length ``weight`` (before the whole)."""

    feature: Feature
    dim: int
    whitening: float
    weight: float


class FittedEmbedder:
    """Vectors of one or more features, each projected and weighted, joined and scaled to length 1."""

    def __init__(self, name: str, blocks: Sequence[Block]) -> None:
        self._name = f"builtin:{name}"
        self._blocks = tuple(blocks)
        self._projections = [
            Projection(block.feature.size, block.dim, block.whitening) for block in blocks
        ]
        self._state: StateArrays | None = None
        self._description: EmbedderDescription | None = None

    @property
    def description(self) -> EmbedderDescription:
        """The embedder's identity, what it learnt included; UsageError before ``fit``."""
        if self._description is None:
            raise UsageError(f"{self._name} has not learnt from a catalogue yet")
        return self._description

    @property
    def sample_size(self) -> int:
        """How many images at most are of use to ``fit``."""
        return _SAMPLE_SIZE

    def fit(self, sample: Sequence[RgbImage]) -> None:
        """Learn words and projections from any number of images.

        On one thread: products round differently on several, and what is learnt is the fingerprint's.
        """
        with threadpool_limits(1):
            self._become(self._learnt(sample))

    def _learnt(self, sample: Sequence[RgbImage]) -> StateArrays:
        state: StateArrays = {}
        for block, projection in zip(self._blocks, self._projections, strict=True):
            words = block.feature.learn(sample)
            images = evenly_spaced(sample, _PROJECTED_FROM)
            rows = np.empty((len(images), block.feature.size), np.float32)
            for number, image in enumerate(images):
                rows[number] = block.feature.vector(image)
            state |= _named(block.feature.name, words)
            state |= _named(f"{block.feature.name}_projection", projection.learn(rows))
        return state

    def state(self) -> StateArrays:
        """Return what was learnt."""
        if self._state is None:
            raise UsageError(f"{self._name} has not learnt from a catalogue yet")
        return dict(self._state)

    def load_state(self, state: StateArrays) -> None:
        """Take over what another instance learnt; ModelNotFound where it does not fit."""
        try:
            for block, projection in zip(self._blocks, self._projections, strict=True):
                block.feature.load(_of(block.feature.name, state))
                projection.load(_of(f"{block.feature.name}_projection", state))
        except (KeyError, ValueError) as error:
            raise ModelNotFound(
                f"what {self._name} learnt for this catalogue does not fit this version of"
                f" partscope ({error}): run partscope rebuild"
            ) from None
        self._become(state)

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        """Embed images, unit rows, shape (n, dim)."""
        rows = np.empty((len(batch), self.description.dim), np.float32)
        for number, image in enumerate(batch):
            rows[number] = self._embed(image)
        return rows

    embed_queries = embed_documents

    def _embed(self, image: RgbImage) -> FloatVector:
        # Image by image: a product over a batch would round differently with the batch's size.
        parts = [
            block.weight * unit_or_even(projection.apply(block.feature.vector(image)))
            for block, projection in zip(self._blocks, self._projections, strict=True)
        ]
        return unit_or_even(np.concatenate(parts))

    def _become(self, state: StateArrays) -> None:
        self._state = dict(state)
        self._description = EmbedderDescription(
            name=self._name,
            modality="image",
            dim=sum(block.dim for block in self._blocks),
            licence=LICENCE,
            fingerprint=self._fingerprint(state),
            input_side=max(block.feature.side for block in self._blocks),
            batch_size=BATCH_SIZE,
        )

    def _fingerprint(self, state: StateArrays) -> str:
        digest = hashlib.sha256(f"{self._name} {VERSION}".encode())
        for block in self._blocks:
            shape = f"{block.feature.name} {block.feature.side} {block.dim}"
            digest.update(f"{shape} {block.whitening} {block.weight}".encode())
        for key, array in sorted(state.items()):
            digest.update(f"{key} {array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def _named(owner: str, state: StateArrays) -> StateArrays:
    return {f"{owner}_{name}": array for name, array in state.items()}


def _of(owner: str, state: StateArrays) -> StateArrays:
    prefix = f"{owner}_"
    keys = (key for key in state if key.startswith(prefix))
    return {key.removeprefix(prefix): state[key] for key in keys}
