"""What an embedder is; every implementation passes ``tests/contracts/test_embedder_contract.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from catalog.arrays import FloatMatrix, RgbImage, StateArrays

Modality = Literal["image", "text"]
Item_contra = TypeVar("Item_contra", contravariant=True)
Sample_contra = TypeVar("Sample_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class EmbedderDescription:
    """What a catalogue remembers of an embedder.

    ``fingerprint`` changes whenever the same input would give another vector: it covers weights,
    preprocessing, code version and fitted state. ``input_side`` is the side in pixels that an image
    embedder looks at: decoding may reduce to it, never below. ``batch_size`` is what it runs best on.
    """

    name: str
    modality: Modality
    dim: int
    licence: str
    fingerprint: str
    input_side: int | None = None
    batch_size: int = 32


@runtime_checkable
class Embedder(Protocol[Item_contra]):
    """Turns a batch into unit float32 rows of shape (n, dim): order kept, deterministic.

    An item that holds nothing to embed (an empty name) gives a row of zeros, which the caller
    turns into a missing vector. An empty batch gives shape (0, dim).
    """

    @property
    def description(self) -> EmbedderDescription:
        """The embedder's identity; of a fittable embedder only after ``fit`` or ``load_state``."""
        ...

    def embed_documents(self, batch: Sequence[Item_contra]) -> FloatMatrix:
        """Embed what is stored."""
        ...

    def embed_queries(self, batch: Sequence[Item_contra]) -> FloatMatrix:
        """Embed what is asked."""
        ...


ImageEmbedder: TypeAlias = Embedder[RgbImage]
TextEmbedder: TypeAlias = Embedder[str]


@runtime_checkable
class CrossModalEmbedder(Protocol):
    """An image embedder that also embeds text into the ``image`` vector's space (CLIP, SigLIP)."""

    def embed_text_queries(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names into the image space, unit rows, shape (n, dim)."""
        ...


@runtime_checkable
class Fittable(Protocol[Sample_contra]):
    """An embedder that learns from the catalogue once, before its first document.

    What it learnt is stored with the catalogue and is part of its fingerprint. Image embedders fit
    on RGB images, text embedders on ``NamePair``.
    """

    @property
    def sample_size(self) -> int:
        """How many items at most are of use to ``fit``."""
        ...

    def fit(self, sample: Sequence[Sample_contra]) -> None:
        """Learn from the sample; any size works, also 0 and 1, and the dim never depends on it."""
        ...

    def state(self) -> StateArrays:
        """Return what was learnt, by name, without object arrays."""
        ...

    def load_state(self, state: StateArrays) -> None:
        """Take over what another instance of the same embedder learnt."""
        ...


@dataclass(frozen=True, slots=True)
class NamePair:
    """The names of one part: both, or one with the other unknown."""

    de: str | None
    en: str | None
