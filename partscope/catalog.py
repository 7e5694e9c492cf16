"""A catalogue: the store, the manifest and the embedders of one named set of parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catalog import catalog_embedders
from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import ImageEmbedder, Modality, NamePair, TextEmbedder
from catalog.errors import CatalogNotFound, FingerprintMismatch, ImageRejected, UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.images.decode import decode
from catalog.images.preparation import Preparation
from catalog.images.reader import ImageReader
from catalog.names.terms_fingerprint import terms_fingerprint
from catalog.settings import Settings, load_settings
from catalog.store.contract import PartStore, Schema
from catalog.store.manifest import EmbedderRecord, Manifest
from catalog.store.open import open_store
from catalog.store.schema import part_schema

if TYPE_CHECKING:
    from clustering.job.outcome import Outcome
    from ingest.outcomes import IngestSummary
    from search.hits.results import SearchResult
    from segmentation.catalog_segmenter import Segmenting
    from segmentation.cutter import Cutter

DEFAULT_SIDE = 224
"""Short side in pixels that views are decoded to when the embedder states none."""
CUTTING_SIDE = 640
"""The same where parts are cut out of their photos first."""

_KNOWN_BY_MANIFEST = (
    "manifest",
    "image_embedder",
    "text_embedder",
    "preparation",
    "cutter",
    "_originals",
)


class Catalog:
    """One named set of parts and all that belongs to it.

    Open it with ``Catalog.open``; it is a context manager. It may not exist yet: the first ingest
    creates it.
    """

    def __init__(self, settings: Settings, store: PartStore) -> None:
        self.settings = settings
        self.store = store

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
        """Make everything durable and let go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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

    @cached_property
    def cutter(self) -> Cutter | None:
        """What cuts parts out of their photos, checked; None where full photos are embedded."""
        load = import_module("segmentation.catalog_segmenter").load
        made: Cutter | None = load(self.manifest, self.store, self.settings)
        return made

    def check_terms(self) -> None:
        """Refuse where names would get other terms than the catalogue's have."""
        self.manifest.check_terms(terms_fingerprint(), self.settings)

    @property
    def decode_side(self) -> int:
        """The short side in pixels that the embedder is given, as views are decoded without a cutter."""
        embedder = self.image_embedder
        side = embedder.description.input_side if embedder else None
        return side or DEFAULT_SIDE

    # -- views --------------------------------------------------------------------------------

    @cached_property
    def fetcher(self) -> Fetcher:
        """Downloads within the settings' caps."""
        return Fetcher(
            timeout=self.settings.fetch_timeout,
            retries=self.settings.fetch_retries,
            max_bytes=self.settings.max_image_bytes,
            allow_private=self.settings.allow_private_urls,
        )

    def read_image(self, source: str | Path | bytes | RgbImage) -> RgbImage:
        """Return a query image as its embedder sees it first: cut and prepared like stored views.

        ``source`` is a path, URL, an image file's bytes or RGB pixels.
        """
        return self._pictures(source)[0]

    def embed_images(self, sources: Sequence[str | Path | bytes | RgbImage]) -> FloatMatrix:
        """Return the ``image`` vectors of query images, made as those of stored views are.

        Sources as in ``read_image``. Shape (n, dim); unit rows, a row of zeros where nothing can be
        embedded. UsageError where the catalogue holds no images.
        """
        embedder = self.image_embedder
        if embedder is None:
            raise UsageError(f"catalogue {self.name!r} holds no images: ask by name")
        pictures = [self._pictures(source) for source in sources]
        rows = embedder.embed_queries([picture for each in pictures for picture in each])
        if len(rows) == len(sources):
            return rows
        ends = np.cumsum([len(each) for each in pictures])[:-1]
        means = [each.mean(axis=0) for each in np.split(unit_rows(rows), ends)]
        return unit_rows(np.stack(means))

    def _pictures(self, source: str | Path | bytes | RgbImage) -> list[RgbImage]:
        side = CUTTING_SIDE if self.cutter else self.decode_side
        if isinstance(source, (str, Path)):
            source = self.reader(None, any_file=True).read(str(source))
        if isinstance(source, bytes):
            source = decode(source, side=side, max_pixels=self.settings.max_pixels).pixels
        if self.cutter is None:
            return [self.preparation(source)]
        return [
            self.preparation(picture) for picture in self.cutter.cut_query(source, self.decode_side)
        ]

    def read_original(self, reference: str) -> bytes:
        """Return the bytes of a stored view from where it was ingested; may raise ImageRejected."""
        rejected = ImageRejected("missing", f"no image folder is known that holds {reference!r}")
        for read in self._originals:
            try:
                return read(reference)
            except ImageRejected as error:
                rejected = error
        raise rejected

    def reader(self, root: Path | None, *, any_file: bool = False) -> ImageReader:
        """Return a reader for references under ``root``, or for URLs alone, within the settings."""
        limit = self.settings.max_image_bytes
        return ImageReader(root, self.fetcher, max_bytes=limit, any_file=any_file)

    @cached_property
    def _originals(self) -> list[Callable[[str], bytes]]:
        roots = [Path(root) for root in self.manifest.image_roots]
        present = [root for root in roots if root.exists()]
        return [self.reader(root).read for root in present] or [self.reader(None).read]

    # -- building -----------------------------------------------------------------------------

    def create(
        self,
        images: Callable[[int], Sequence[RgbImage]],
        pairs: Callable[[int], Sequence[NamePair]],
        *,
        segmenting: Segmenting | None = None,
        with_description: bool = False,
        next_generation: bool = False,
    ) -> Catalog:
        """Choose and fit the embedders, then create the catalogue or its next generation.

        ``segmenting`` is how photos are cut, as ``images`` already are. ``images`` and ``pairs``
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
                content = catalog_embedders.pack_state(state)
                artefacts[catalog_embedders.state_name(modality, number)] = content
            preparation = prepared.text if modality == "image" else ""
            records[modality] = catalog_embedders.record_of(embedder, name, preparation)
        if not records:
            raise UsageError("a catalogue needs an image model or a text model; both are 'none'")
        if segmenting is not None and segmenting.triage is not None:
            artefacts[segmenting.triage_name(number)] = segmenting.triage
        manifest = Manifest(
            self.name,
            records,
            segmenting.record if segmenting else None,
            terms_fingerprint(),
            number,
            image_roots=former.image_roots if former else (),
        )
        dims = {key: record.dim for key, record in records.items()}
        schema = part_schema(dims.get("image"), dims.get("text"), with_description=with_description)
        return self._create_with(schema, manifest, artefacts, next_generation=next_generation)

    def choose_segmentation(
        self, former: Manifest | None, sample: Callable[[int], Iterable[RgbImage]]
    ) -> Segmenting | None:
        """Return how the settings, else the former generation, want photos cut; None for full photos.

        ``sample`` is asked for at most so many photos, only where the triage learns from them.
        """
        choose = import_module("segmentation.catalog_segmenter").choose
        chosen: Segmenting | None = choose(self.settings, former, sample)
        return chosen

    def chosen_preparation(self, former: Manifest | None = None) -> Preparation:
        """Return the preparation of the settings, else of the former generation, else none."""
        record = former.embedders.get("image") if former else None
        given = self.settings.preparation
        return Preparation.parse(
            given if given is not None else record.preparation if record else ""
        )

    def switch_to(self, built: Catalog) -> None:
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
    ) -> Catalog:
        for name, content in artefacts.items():
            self.store.write_artefact(name, content)
        if next_generation:
            return Catalog(self.settings, self.store.next_generation(schema, manifest))
        self.store.create(schema, manifest)
        self._forget()
        return self

    def reread(self) -> None:
        """Forget what is known of the catalogue: another handle has written to it."""
        self._forget()

    def _forget(self) -> None:
        for name in _KNOWN_BY_MANIFEST:
            self.__dict__.pop(name, None)

    # -- the layers above ---------------------------------------------------------------------

    def ingest(self, table: Any, **options: Any) -> IngestSummary:
        """Ingest a table (path, URL or DataFrame); options as in ``ingest.api.ingest``."""
        summary: IngestSummary = import_module("ingest.api").ingest(self, table, **options)
        return summary

    def cluster(self, **options: Any) -> Outcome:
        """Group the parts and make that the active run; options as in ``clustering.api.cluster``."""
        outcome: Outcome = import_module("clustering.api").cluster(self, **options)
        return outcome

    def search(self, text: str | None = None, **options: Any) -> SearchResult:
        """Find similar parts by ``text``, ``image``, ``like``; options as in ``search.api.search``."""
        result: SearchResult = import_module("search.api").search(self, text=text, **options)
        return result

    def facet(self, key: str, filters: Any = None, **options: Any) -> dict[str, int]:
        """Return how many parts have each value of a key; options as in ``search.api.facet``."""
        counts: dict[str, int] = import_module("search.api").facet(self, key, filters, **options)
        return counts
