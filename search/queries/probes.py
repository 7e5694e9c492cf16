"""From queries to what is asked of the store: the vectors, embedded in batches, and the attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, SparseVector, Vector
from catalog.embedding.contract import CrossModalEmbedder
from catalog.errors import UsageError
from catalog.name_queries import embed_names
from catalog.names.attributes import read_attributes
from catalog.parts import Attributes, part_key, point_id
from catalog.store.contract import Record
from search.queries.query import Query
from search.queries.query_terms import asked_terms
from search.queries.weights import GROUP_OF, resolve_weights
from segmentation.pictures import embed_pictures

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

NAME_VECTORS = ("name_de", "name_en")


@dataclass(frozen=True, slots=True)
class Probe:
    """One query as the store and the fusion see it.

    ``asked`` is by named vector, ``curves`` says which calibration curve reads its scores. ``rows``
    are the views asked, shape (n, dim), for MaxSim against parts with several views, ``own_terms``
    what an ideal match shares with the terms asked. ``names`` are the texts behind the query, ``own``
    is the id of the part that must not find itself.
    """

    query: Query
    asked: Mapping[str, Vector]
    weights: Mapping[str, float]
    curves: Mapping[str, str] = field(default_factory=dict)
    rows: FloatMatrix | None = None
    own_terms: SparseVector | None = None
    names: tuple[str, ...] = ()
    wanted: Attributes = field(default_factory=dict)
    own: str | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether attributes move the score: those of a typed name do, those of a whole part do not."""
        return bool(self.wanted) and self.own is None

    @property
    def vectors(self) -> tuple[str, ...]:
        """The named vectors that are asked, in a fixed order."""
        return tuple(self.asked)


def make_probes(catalog: OpenedCatalog, queries: Sequence[Query]) -> list[Probe]:
    """Return the probe of each query, in order; texts and images are embedded in batches.

    Raises UsageError for an unknown ``like`` part, for a query that nothing in the catalogue can
    answer, and what reading an image raises (ImageRejected, FetchFailed).
    """
    texts = _embed_texts(catalog, queries)
    crossed = _embed_texts_as_images(catalog, queries)
    images = _embed_images(catalog, queries)
    parts = _like_parts(catalog, queries)
    vector_names = {spec.name for spec in catalog.store.schema().vectors}
    probes = []
    for row, query in enumerate(queries):
        if query.like is not None:
            probe = _like_probe(query, parts[row])
        else:
            probe = _asked_probe(query, texts.get(row), images.get(row), crossed.get(row))
        probes.append(_weighed(probe, vector_names))
    return probes


# -- a text, an image, or both ----------------------------------------------------------------


def _asked_probe(
    query: Query, text: FloatVector | None, image: FloatVector | None, crossed: FloatVector | None
) -> Probe:
    vectors: dict[str, Vector] = {}
    curves: dict[str, str] = {}
    if image is not None:
        vectors["image"] = image
    elif crossed is not None:
        vectors["image"], curves["image"] = crossed, "image<text"
    if text is not None:
        vectors |= {"name_de": text, "name_en": text, "description": text}
        curves["description"] = "description<name"
    words = (query.text or "").strip()
    terms = asked_terms([words]) if words else None
    if terms is not None:
        vectors["terms"] = terms.terms
    return Probe(
        query=query,
        asked=vectors,
        weights={},
        curves=curves,
        rows=None if image is None else image[None, :],
        own_terms=terms.own if terms else None,
        names=(words,) if words else (),
        wanted=read_attributes(words) if words else {},
    )


def _embed_texts(catalog: OpenedCatalog, queries: Sequence[Query]) -> dict[int, FloatVector]:
    rows = _text_rows(queries)
    embedder = catalog.text_embedder if rows else None
    if embedder is None:
        return {}
    return _present(rows, embed_names(embedder, [_text(queries[row]) for row in rows]))


def _embed_texts_as_images(
    catalog: OpenedCatalog, queries: Sequence[Query]
) -> dict[int, FloatVector]:
    rows = [row for row in _text_rows(queries) if queries[row].image is None]
    embedder: object = catalog.image_embedder if rows else None
    if not isinstance(embedder, CrossModalEmbedder):
        return {}
    return _present(rows, embedder.embed_text_queries([_text(queries[row]) for row in rows]))


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
    return [row for row, query in enumerate(queries) if _text(query)]


def _text(query: Query) -> str:
    return (query.text or "").strip()


def _present(rows: Sequence[int], vectors: FloatMatrix) -> dict[int, FloatVector]:
    # A row of zeros holds nothing to ask with.
    return {row: vector for row, vector in zip(rows, vectors, strict=True) if vector.any()}


# -- a part of the catalogue ------------------------------------------------------------------


def _like_parts(catalog: OpenedCatalog, queries: Sequence[Query]) -> dict[int, Record]:
    ids = {
        row: str(point_id(catalog.name, query.like))
        for row, query in enumerate(queries)
        if query.like is not None
    }
    unique = list(dict.fromkeys(ids.values()))
    records = catalog.store.get(unique, with_vectors=True) if unique else []
    record_of = {record.id: record for record in records}
    for row, identity in ids.items():
        if identity not in record_of:
            number = part_key(queries[row].like or "")
            raise UsageError(
                f"no part {number!r} in catalogue {catalog.name!r} to find similar ones to"
            )
    return {row: record_of[identity] for row, identity in ids.items()}


def _like_probe(query: Query, part: Record) -> Probe:
    name_keys = _written_names(part)
    names = tuple(part.payload[key] for key in name_keys)
    vectors = {name: v for name, v in part.vectors.items() if name in ("image", "description")}
    # A part named in one language is compared with the names of others in both.
    name_vectors = {name: part.vectors[name] for name in name_keys if name in part.vectors}
    if name_vectors:
        first = next(iter(name_vectors.values()))
        vectors |= {name: name_vectors.get(name, first) for name in NAME_VECTORS}
    terms = asked_terms(names) if names else None
    if terms is not None:
        vectors["terms"] = terms.terms
    image = vectors.get("image")
    rows = part.vectors.get("views", image)
    return Probe(
        query=query,
        asked=vectors,
        weights={},
        rows=np.atleast_2d(rows) if isinstance(rows, np.ndarray) else None,
        own_terms=terms.own if terms else None,
        names=names,
        wanted=dict(part.payload.get("attributes", {})),
        own=part.id,
    )


def _written_names(part: Record) -> list[str]:
    # A translation says nothing that the name it was made from does not say better.
    present = [key for key in NAME_VECTORS if part.payload.get(key)]
    origin = part.payload.get("name_origin", {})
    originals = [key for key in present if origin.get(key.removeprefix("name_")) != "translated"]
    return originals or present


def _weighed(probe: Probe, vector_names: set[str]) -> Probe:
    candidates = [name for name in GROUP_OF if name in probe.asked and name in vector_names]
    weights = resolve_weights(probe.query.weights, candidates)
    vectors = {name: probe.asked[name] for name in candidates if weights[name] > 0}
    # A text that holds nothing to embed (``???``) may still be part of a part number.
    if not vectors and (candidates or probe.own is not None):
        raise UsageError("nothing to compare by: the query has no vector with a weight above 0")
    return replace(
        probe,
        asked=vectors,
        weights={name: weights[name] for name in vectors},
        curves={name: probe.curves.get(name, name) for name in vectors},
        rows=probe.rows if "image" in vectors else None,
    )
