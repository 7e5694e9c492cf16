"""A catalogue small enough to reason about, through the real store, with embedders to read at a glance."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from catalog.arrays import FloatMatrix, RgbImage, Vector, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.names.attributes import read_attributes
from catalog.names.terms import document_terms
from catalog.names.words.tokens import tokens
from catalog.parts import Language, NameOrigin, Part, View, point_id, to_payload
from catalog.settings import load_settings
from catalog.store.contract import Point
from catalog.store.manifest import Manifest
from catalog.store.open import open_store
from catalog.store.schema import part_schema
from partscope.catalog import Catalog

NAME_DIM = 256


class WordEmbedder:
    """Names as bags of hashed tokens."""

    description = EmbedderDescription("test:words", "text", NAME_DIM, "none", "words-1")

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        rows = np.zeros((len(batch), NAME_DIM), dtype=np.float32)
        for row, name in enumerate(batch):
            for token in tokens(name):
                rows[row, zlib.crc32(token.encode()) % NAME_DIM] += 1
        return unit_rows(rows)

    embed_queries = embed_documents


class ColourEmbedder:
    """Images as their mean colour over a constant, so that no picture is a zero vector."""

    description = EmbedderDescription("test:colour", "image", 4, "none", "colour-1", batch_size=2)

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        means = [np.append(pixels.reshape(-1, 3).mean(axis=0) / 255 - 0.5, 0.1) for pixels in batch]
        return unit_rows(np.asarray(means, dtype=np.float32).reshape(-1, 4))

    embed_queries = embed_documents


class SmallCatalog(Catalog):
    """The real carrier with the test's embedders."""

    @property
    def text_embedder(self) -> Any:
        return WordEmbedder()

    @property
    def image_embedder(self) -> Any:
        return ColourEmbedder()


@dataclass(frozen=True)
class Item:
    """A part to be: its views are plain colours."""

    number: str
    de: str | None = None
    en: str | None = None
    family: str | None = None
    colours: tuple[tuple[int, int, int], ...] = ()
    description: str | None = None
    origin: NameOrigin = "given"


def picture(colour: tuple[int, int, int]) -> RgbImage:
    return np.full((8, 8, 3), colour, dtype=np.uint8)


def build(folder: Path, items: Sequence[Item]) -> SmallCatalog:
    settings = load_settings(store=str(folder), catalog="small")
    catalog = SmallCatalog(settings, open_store(settings))
    schema = part_schema(4, NAME_DIM, with_description=True)
    catalog.store.create(schema, Manifest("small"))
    catalog.store.upsert([point(item) for item in items])
    return catalog


def point(item: Item) -> Point:
    origins: dict[Language, NameOrigin] = {}
    if item.de:
        origins["de"] = item.origin
    if item.en:
        origins["en"] = "given"
    part = Part(
        part_number=item.number,
        name_de=item.de,
        name_en=item.en,
        family=item.family,
        description=item.description,
        name_origin=origins,
        attributes=read_attributes(*[name for name in (item.de, item.en) if name]),
        views=tuple(View(f"{item.number}-{i}.png", str(i), 8, 8) for i in range(len(item.colours))),
    )
    return Point(str(point_id("small", item.number)), _vectors(item, part), to_payload(part))


def _vectors(item: Item, part: Part) -> dict[str, Vector]:
    texts = {"name_de": item.de, "name_en": item.en, "description": item.description}
    vectors: dict[str, Vector] = {
        name: WordEmbedder().embed_documents([text])[0] for name, text in texts.items() if text
    }
    if item.colours:
        rows = ColourEmbedder().embed_documents([picture(colour) for colour in item.colours])
        vectors["image"] = unit_rows(rows.mean(axis=0, keepdims=True))[0]
        if len(rows) > 1:
            vectors["views"] = rows
    terms = document_terms(part)
    return vectors if terms is None else {**vectors, "terms": terms}
