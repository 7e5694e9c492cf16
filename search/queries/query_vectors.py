"""The vectors of queries, embedded in batches: their texts, their images, texts among images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.arrays import FloatMatrix, FloatVector
from catalog.embedding.contract import CrossModalEmbedder
from catalog.name_queries import embed_names
from search.queries.query import Query
from segmentation.pictures import embed_pictures

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog


@dataclass(frozen=True, slots=True)
class QueryVectors:
    """Vectors by the number of their query; one that holds nothing to ask with is left out.

    ``texts_as_images`` are texts in the space of the ``image`` vector, of queries without an image,
    where the embedder has such a space.
    """

    texts: Mapping[int, FloatVector]
    images: Mapping[int, FloatVector]
    texts_as_images: Mapping[int, FloatVector]


def embed_queries(catalog: OpenedCatalog, queries: Sequence[Query]) -> QueryVectors:
    """Return the vectors of queries; raises what reading an image raises."""
    return QueryVectors(
        texts=_embed_texts(catalog, queries),
        texts_as_images=_embed_texts_as_images(catalog, queries),
        images=_embed_images(catalog, queries),
    )


def _embed_texts(catalog: OpenedCatalog, queries: Sequence[Query]) -> dict[int, FloatVector]:
    rows = _text_rows(queries)
    embedder = catalog.text_embedder if rows else None
    if embedder is None:
        return {}
    return _present(rows, embed_names(embedder, [queries[row].words for row in rows]))


def _embed_texts_as_images(
    catalog: OpenedCatalog, queries: Sequence[Query]
) -> dict[int, FloatVector]:
    rows = [row for row in _text_rows(queries) if queries[row].image is None]
    embedder: object = catalog.image_embedder if rows else None
    if not isinstance(embedder, CrossModalEmbedder):
        return {}
    return _present(rows, embedder.embed_text_queries([queries[row].words for row in rows]))


def _embed_images(catalog: OpenedCatalog, queries: Sequence[Query]) -> dict[int, FloatVector]:
    rows = [row for row, query in enumerate(queries) if query.image is not None]
    if not rows:
        return {}
    embedder = catalog.image_embedder
    size = embedder.description.batch_size if embedder else len(rows)
    vectors: dict[int, FloatVector] = {}
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        images = [image for row in chunk if (image := queries[row].image) is not None]
        vectors |= _present(chunk, embed_pictures(catalog, images))
    return vectors


def _text_rows(queries: Sequence[Query]) -> list[int]:
    return [row for row, query in enumerate(queries) if query.words]


def _present(rows: Sequence[int], vectors: FloatMatrix) -> dict[int, FloatVector]:
    # A row of zeros holds nothing to ask with.
    return {row: vector for row, vector in zip(rows, vectors, strict=True) if vector.any()}
