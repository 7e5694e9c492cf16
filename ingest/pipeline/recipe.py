"""What points are made with: the models of a catalogue that is open here, or the recipe for them.

A recipe is plain values, picklable, and needs no store: it carries what embedders and triage
learnt. On Edge one process alone may have the store open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from catalog import catalog_embedders
from catalog.embedding.contract import Embedder, ImageEmbedder, Modality, TextEmbedder
from catalog.images.preparation import Preparation
from catalog.opened import OpenedCatalog
from catalog.settings import Settings
from catalog.store.contract import PartStore
from catalog.store.manifest import Manifest
from segmentation.catalog_cutter import triage_name
from segmentation.pictures import Pictures, open_pictures, pictures_of

_MODALITIES: tuple[Modality, ...] = ("image", "text")


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a catalogue, loaded; ``vectors`` are the names of the vectors it has."""

    pictures: Pictures
    image_embedder: ImageEmbedder | None
    text_embedder: TextEmbedder | None
    vectors: frozenset[str]


class ModelSource(Protocol):
    """Where a maker of points gets its models from."""

    @property
    def settings(self) -> Settings:
        """The settings of the catalogue."""
        ...

    def models(self) -> Models:
        """Load the models, where they are not loaded yet."""
        ...

    def recipe(self) -> Recipe:
        """Return the same for another process."""
        ...


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the embedders and the triage of a catalogue learnt, by artefact; ``location`` is its store's."""

    location: str
    artefacts: Mapping[str, bytes]

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact, or None."""
        return self.artefacts.get(name)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A catalogue's models as plain values."""

    settings: Settings
    manifest: Manifest
    vectors: frozenset[str]
    learnt: Learnt

    def models(self) -> Models:
        """Load the models; each time anew. Raises what opening a catalogue's models raises."""
        image, text = (self._embedder(modality) for modality in _MODALITIES)
        record = self.manifest.embedders.get("image")
        prepare = Preparation.parse(record.preparation if record else "")
        pictures = open_pictures(self.manifest, self.learnt, self.settings, image, prepare)
        return Models(pictures, image, text, self.vectors)

    def recipe(self) -> Recipe:
        """Return itself."""
        return self

    def _embedder(self, modality: Modality) -> Embedder[Any] | None:
        return catalog_embedders.load(self.manifest, self.learnt, self.settings, modality)


@dataclass(frozen=True, slots=True)
class OpenModels:
    """The models of a catalogue that is open in this process; they are loaded once for all its uses."""

    catalog: OpenedCatalog

    @property
    def settings(self) -> Settings:
        """The settings of the catalogue."""
        return self.catalog.settings

    def models(self) -> Models:
        """Return the catalogue's own models."""
        catalog = self.catalog
        vectors = frozenset(spec.name for spec in catalog.store.schema().vectors)
        return Models(pictures_of(catalog), catalog.image_embedder, catalog.text_embedder, vectors)

    def recipe(self) -> Recipe:
        """Read what was learnt from the store; the server's key stays here."""
        store, manifest = self.catalog.store, self.catalog.manifest
        vectors = frozenset(spec.name for spec in store.schema().vectors)
        learnt = Learnt(store.location, _artefacts(store, manifest.generation))
        return Recipe(self.settings.without_key(), manifest, vectors, learnt)


def _artefacts(store: PartStore, generation: int) -> dict[str, bytes]:
    names = [catalog_embedders.state_name(modality, generation) for modality in _MODALITIES]
    contents = {name: store.read_artefact(name) for name in (*names, triage_name(generation))}
    return {name: content for name, content in contents.items() if content is not None}
