"""An open catalogue: the store, the manifest and the embedders of one named set of parts.

``partscope.Catalog`` adds the verbs of the layers above to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar, cast
from weakref import WeakSet

from catalog import catalog_embedders
from catalog.arrays import RgbImage
from catalog.embedding.contract import ImageEmbedder, Modality, NamePair, TextEmbedder
from catalog.errors import CatalogNotFound, FingerprintMismatch, UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.images.preparation import Preparation
from catalog.images.reader import ImageReader
from catalog.images.view_source import ViewSource
from catalog.names.terms_fingerprint import terms_fingerprint
from catalog.packed_arrays import pack_arrays
from catalog.settings import Settings, load_settings
from catalog.store.contract import PartStore, Schema
from catalog.store.manifest import EmbedderRecord, Manifest, SegmentationRecord
from catalog.store.open import open_store
from catalog.store.schema import part_schema

_KNOWN_BY_MANIFEST = (
    "manifest",
    "image_embedder",
    "text_embedder",
    "preparation",
    "originals",
)


Derived = TypeVar("Derived")


class ChosenSegmentation(Protocol):
    """How a catalogue that is to be created cuts its photos, as far as the core keeps it."""

    @property
    def record(self) -> SegmentationRecord:
        """What the manifest keeps."""
        ...

    def artefacts(self, generation: int) -> Mapping[str, bytes]:
        """Return what is kept beside the points of a generation, by name."""
        ...


class OpenedCatalog:
    """One named set of parts and all that belongs to it; a context manager.

    It may not exist yet: the first ingest creates it.
    """

    def __init__(self, settings: Settings, store: PartStore) -> None:
        self.settings = settings
        self.store = store
        self._derived: dict[Callable[[Any], Any], Any] = {}
        self._readers: WeakSet[ImageReader] = WeakSet()

    @classmethod
    def open(
        cls, store: str | Path | None = None, *, catalog: str | None = None, **settings: Any
    ) -> Self:
        """Open a catalogue in a folder or on a server (URL); other settings by name."""
        location = str(store) if store is not None else None
        return cls.from_settings(load_settings(store=location, catalog=catalog, **settings))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Open the catalogue that the settings name."""
        return cls(settings, open_store(settings))

    def close(self) -> None:
        """Make everything durable and let go of the store, of connections and of open archives.

        Each is opened again by its next use; readers that were given out are spent.
        """
        for reader in list(self._readers):
            reader.close()
        self._readers.clear()
        originals = self.__dict__.pop("originals", None)
        if originals is not None:
            originals.close()
        fetcher = self.__dict__.pop("fetcher", None)
        if fetcher is not None:
            fetcher.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what it is made of -------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The catalogue's name."""
        return self.settings.catalog

    @property
    def exists(self) -> bool:
        """Whether the catalogue was created."""
        return self.store.exists()

    @cached_property
    def manifest(self) -> Manifest:
        """What the catalogue was built with; CatalogNotFound before the first ingest."""
        if not self.exists:
            raise CatalogNotFound(
                f"there is no catalogue {self.name!r} in {self.store.location}; "
                f"create it with: {self.settings.command('ingest TABLE')}"
            )
        return self.store.manifest()

    @cached_property
    def image_embedder(self) -> ImageEmbedder | None:
        """The image embedder, fitted and checked; None where the catalogue has none."""
        return catalog_embedders.load(self.manifest, self.store, self.settings, "image")

    @cached_property
    def text_embedder(self) -> TextEmbedder | None:
        """The text embedder, fitted and checked; None where the catalogue has none."""
        return catalog_embedders.load(self.manifest, self.store, self.settings, "text")

    @cached_property
    def preparation(self) -> Preparation:
        """What is done to every view, stored or asked, before it is embedded."""
        record = self.manifest.embedders.get("image")
        built_with = record.preparation if record else ""
        given = self.settings.preparation
        if given is not None and Preparation.parse(given).text != built_with:
            raise FingerprintMismatch(
                f"catalogue {self.name!r} was built with the image preparation {built_with!r}; "
                f"given: {given!r}. Leave it out, or change over with: "
                f"{self.settings.command('rebuild', '--preparation', given)}"
            )
        return Preparation.parse(built_with)

    def check_terms(self) -> None:
        """Refuse where names would get other terms than the catalogue's have."""
        self.manifest.check_terms(terms_fingerprint(), self.settings)

    def derived(self, make: Callable[[OpenedCatalog], Derived]) -> Derived:
        """Return what ``make`` makes of this catalogue: made once, until the manifest changes."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("Derived", self._derived[make])

    # -- views --------------------------------------------------------------------------------

    @cached_property
    def fetcher(self) -> Fetcher:
        """Downloads within the settings' caps."""
        return Fetcher.within(self.settings)

    def read_source(self, source: str | Path | bytes | RgbImage) -> bytes | RgbImage:
        """Return the bytes behind a query image, a path or URL; bytes and pixels as they are."""
        if isinstance(source, (str, Path)):
            return self.reader(None, any_file=True).read(str(source))
        return source

    def read_original(self, reference: str) -> bytes:
        """Return the bytes of a stored view from where it was ingested; may raise ImageRejected."""
        return self.originals.read(reference)

    def reader(self, root: Path | None, *, any_file: bool = False) -> ImageReader:
        """Return a reader for references under ``root``, or for URLs alone, within the settings.

        ``any_file`` is for references that a person typed. ``close`` closes the reader.
        """
        limit = self.settings.max_image_bytes
        reader = ImageReader(root, self.fetcher, max_bytes=limit, any_file=any_file)
        self._readers.add(reader)
        return reader

    @cached_property
    def originals(self) -> ViewSource:
        """Where stored views came from, as far as it is still there; else URLs alone."""
        roots = [Path(root) for root in self.manifest.image_roots]
        return ViewSource(self.settings, [root for root in roots if root.exists()] or [None])

    # -- building -----------------------------------------------------------------------------

    def create(
        self,
        images: Callable[[int], Sequence[RgbImage]],
        pairs: Callable[[int], Sequence[NamePair]],
        *,
        segmentation: ChosenSegmentation | None = None,
        with_description: bool = False,
        next_generation: bool = False,
    ) -> Self:
        """Choose and fit the embedders, then create the catalogue or its next generation.

        ``segmentation`` is how photos are cut, as ``images`` already are. ``images`` and ``pairs``
        are asked for at most so many samples, and only if an embedder learns from them.
        ``with_description`` gives descriptions a vector of their own. Returns the catalogue to
        write to: this one, or the one on the next generation, which ``switch_to`` makes the active
        one.
        """
        former = self.manifest if next_generation else None
        prepared = self.chosen_preparation(former)
        records: dict[str, EmbedderRecord] = {}
        artefacts: dict[str, bytes] = {}
        number = former.generation + 1 if former else 1
        samples: dict[Modality, Callable[[int], Sequence[Any]]] = {"image": images, "text": pairs}
        for modality, sample in samples.items():
            name = catalog_embedders.chosen_name(self.settings, modality, former)
            if name == catalog_embedders.NO_MODEL:
                continue
            embedder = catalog_embedders.create(name, modality)
            state = catalog_embedders.fit(embedder, sample)
            if state is not None:
                artefacts[catalog_embedders.state_name(modality, number)] = pack_arrays(state)
            preparation = prepared.text if modality == "image" else ""
            records[modality] = catalog_embedders.record_of(embedder, name, preparation)
        if not records:
            raise UsageError("a catalogue needs an image model or a text model; both are 'none'")
        if segmentation is not None:
            artefacts |= segmentation.artefacts(number)
        manifest = Manifest(
            self.name,
            records,
            segmentation.record if segmentation else None,
            terms_fingerprint(),
            number,
            image_roots=former.image_roots if former else (),
        )
        dims = {key: record.dim for key, record in records.items()}
        schema = part_schema(dims.get("image"), dims.get("text"), with_description=with_description)
        return self._create_with(schema, manifest, artefacts, next_generation=next_generation)

    def chosen_preparation(self, former: Manifest | None = None) -> Preparation:
        """Return the preparation of the settings, else of the former generation, else none."""
        record = former.embedders.get("image") if former else None
        given = self.settings.preparation
        return Preparation.parse(
            given if given is not None else record.preparation if record else ""
        )

    def switch_to(self, built: OpenedCatalog) -> None:
        """Make a newly built generation the active one; the active run is the one of now."""
        active_run = self.store.manifest().active_run
        built.store.write_manifest(replace(built.store.manifest(), active_run=active_run))
        self.store.switch_to(built.store)
        self._forget()

    def add_image_root(self, root: str) -> None:
        """Remember where views come from, so that they can be shown again."""
        if root in self.manifest.image_roots:
            return
        self.store.write_manifest(self.manifest.with_image_root(root))
        self._forget()

    def _create_with(
        self,
        schema: Schema,
        manifest: Manifest,
        artefacts: Mapping[str, bytes],
        *,
        next_generation: bool,
    ) -> Self:
        for name, content in artefacts.items():
            self.store.write_artefact(name, content)
        if next_generation:
            return type(self)(self.settings, self.store.next_generation(schema, manifest))
        self.store.create(schema, manifest)
        self._forget()
        return self

    def reread(self) -> None:
        """Forget what is known of the catalogue: another handle has written to it."""
        self._forget()

    def _forget(self) -> None:
        for name in _KNOWN_BY_MANIFEST:
            self.__dict__.pop(name, None)
        self._derived.clear()
