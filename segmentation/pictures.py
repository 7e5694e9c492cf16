"""The one road for pictures: from an image file to what the embedder is given, and to its vectors.

Stored views and queries take it alike: decode, reduce, cut (where a catalogue has its photos cut),
reduce to the embedder's side, prepare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import ImageEmbedder
from catalog.errors import UsageError
from catalog.images.decode import DecodedImage, decode
from catalog.images.preparation import Preparation
from catalog.images.reduction import long_side_at_most
from catalog.opened import OpenedCatalog
from catalog.settings import Settings
from catalog.store.contract import ArtefactSource
from catalog.store.manifest import Manifest
from segmentation.catalog_cutter import load_cutter
from segmentation.choices import AUTO, Choice
from segmentation.cutter import Cut, Cutter, Photo

PHOTO_SIDE = 640
"""Long side in pixels, at most, of a photo that is to be cut, as segmenters see it."""
_DECODED_SIDE = PHOTO_SIDE
"""Short side in pixels that such a photo is decoded to, before its long side is reduced."""
DEFAULT_SIDE = 224
"""Short side in pixels that views are reduced to where the embedder states none."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """How one catalogue turns image files into pictures for its embedder; used by several threads.

    ``prepare`` comes last; ``side`` is the short side in pixels that the embedder is given, and
    ``cutter`` is None where full photos are embedded.
    """

    prepare: Callable[[RgbImage], RgbImage]
    side: int
    max_pixels: int
    cutter: Cutter | None = None

    def load(self, content: bytes) -> DecodedImage:
        """Return a stored view as the next step wants it: to be cut, or prepared for the embedder.

        Raises ImageRejected.
        """
        if self.cutter is not None:
            return decode_photo(content, self.max_pixels)
        decoded = decode(content, side=self.side, max_pixels=self.max_pixels)
        return replace(decoded, pixels=self.prepare(decoded.pixels))

    def cut(self, photo: DecodedImage, choice: Choice = AUTO) -> Cut:
        """Return what becomes of a stored view that ``load`` gave, its mask kept in the cutter's cache."""
        if self.cutter is None:
            return Cut((photo.pixels,))
        [cut] = self.cutter.cut([Photo(photo.pixels, photo.sha256, choice)])
        return cut

    def of_cut(self, cut: Cut) -> tuple[RgbImage, ...]:
        """Return what the embedder is given of a cut photo: crop, full photo, or both in this order."""
        return tuple(self.prepare(picture) for picture in cut.reduced(self.side))

    def of_query(self, image: bytes | RgbImage) -> tuple[RgbImage, ...]:
        """Return what the embedder is given of a query image, a file's bytes or upright pixels."""
        if isinstance(image, bytes):
            pixels = self.load(image).pixels
        else:
            pixels = (
                self.prepare(image) if self.cutter is None else long_side_at_most(image, PHOTO_SIDE)
            )
        if self.cutter is None:
            return (pixels,)
        [cut] = self.cutter.cut([Photo(pixels)])
        return self.of_cut(cut)


def pictures_of(catalog: OpenedCatalog) -> Pictures:
    """Return the road of a catalogue, loaded once; raises FingerprintMismatch where it has changed."""
    return catalog.derived(_load)


def embed_pictures(
    catalog: OpenedCatalog, sources: Sequence[str | Path | bytes | RgbImage]
) -> FloatMatrix:
    """Return the ``image`` vectors of query images, made as those of stored views are.

    A source is a path, URL, an image file's bytes or RGB pixels. Shape (n, dim); unit rows, a row of
    zeros where nothing can be embedded. Raises UsageError where the catalogue holds no images, and
    what reading an image raises (ImageRejected, FetchFailed).
    """
    embedder = catalog.image_embedder
    if embedder is None:
        raise UsageError(f"catalogue {catalog.name!r} holds no images: ask by name")
    road = pictures_of(catalog)
    pictures = [road.of_query(catalog.read_source(source)) for source in sources]
    rows = embedder.embed_queries([picture for of_source in pictures for picture in of_source])
    if len(rows) == len(sources):
        return rows
    ends = np.cumsum([len(of_source) for of_source in pictures])[:-1]
    means = [of_source.mean(axis=0) for of_source in np.split(unit_rows(rows), ends)]
    return unit_rows(np.stack(means))


def decode_photo(content: bytes, max_pixels: int) -> DecodedImage:
    """Decode a photo that is to be cut, at ``PHOTO_SIDE``; raises ImageRejected."""
    decoded = decode(content, side=_DECODED_SIDE, max_pixels=max_pixels)
    return replace(decoded, pixels=long_side_at_most(decoded.pixels, PHOTO_SIDE))


def open_pictures(
    manifest: Manifest,
    artefacts: ArtefactSource,
    settings: Settings,
    embedder: ImageEmbedder | None,
    prepare: Preparation,
) -> Pictures:
    """Return the road of a catalogue of which no more is at hand than what it was built with."""
    cutter = load_cutter(manifest, artefacts, settings)
    side = embedder.description.input_side if embedder else None
    return Pictures(prepare, side or DEFAULT_SIDE, settings.max_pixels, cutter)


def _load(catalog: OpenedCatalog) -> Pictures:
    return open_pictures(
        catalog.manifest,
        catalog.store,
        catalog.settings,
        catalog.image_embedder,
        catalog.preparation,
    )
