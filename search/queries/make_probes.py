"""From queries to probes: what is compared with the parts, by which vectors, with which weights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catalog.arrays import Vector
from catalog.errors import UsageError
from catalog.names.attributes import read_attributes
from catalog.parts import part_key, point_id
from catalog.store.contract import Record
from search.queries.probe import NAME_VECTORS, Probe
from search.queries.query import Query
from search.queries.query_terms import terms_of_query
from search.queries.query_vectors import QueryVectors, embed_queries
from search.queries.weights import GROUP_OF, resolve_weights

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog


def make_probes(catalog: OpenedCatalog, queries: Sequence[Query]) -> list[Probe]:
    """Return the probe of each query, in order; texts and images are embedded in batches.

    Raises UsageError for an unknown ``like`` part, for a query that nothing in the catalogue can
    answer, and what reading an image raises (ImageRejected, FetchFailed).
    """
    embedded = embed_queries(catalog, queries)
    parts = _like_parts(catalog, queries)
    in_store = {spec.name for spec in catalog.store.schema().vectors}
    probes = []
    for number, query in enumerate(queries):
        if query.like is not None:
            probe = _like_probe(query, parts[number])
        else:
            probe = _free_probe(query, number, embedded)
        probes.append(_weighed(probe, in_store))
    return probes


# -- a text, an image, or both ----------------------------------------------------------------


def _free_probe(query: Query, number: int, embedded: QueryVectors) -> Probe:
    vectors: dict[str, Vector] = {}
    curves: dict[str, str] = {}
    image, text = embedded.images.get(number), embedded.texts.get(number)
    if image is not None:
        vectors["image"] = image
    elif number in embedded.texts_as_images:
        vectors["image"], curves["image"] = embedded.texts_as_images[number], "image<text"
    if text is not None:
        vectors |= {"name_de": text, "name_en": text, "description": text}
        curves["description"] = "description<name"
    words = query.words
    terms = terms_of_query([words]) if words else None
    if terms is not None:
        vectors["terms"] = terms.terms
    return Probe(
        query=query,
        query_vectors=vectors,
        curves=curves,
        view_vectors=None if image is None else image[None, :],
        ideal_terms=terms.ideal if terms else None,
        names=(words,) if words else (),
        attributes=read_attributes(words) if words else {},
    )


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
    terms = terms_of_query(names) if names else None
    if terms is not None:
        vectors["terms"] = terms.terms
    image = vectors.get("image")
    rows = part.vectors.get("views", image)
    return Probe(
        query=query,
        query_vectors=vectors,
        view_vectors=np.atleast_2d(rows) if isinstance(rows, np.ndarray) else None,
        ideal_terms=terms.ideal if terms else None,
        names=names,
        attributes=dict(part.payload.get("attributes", {})),
        own_id=part.id,
    )


def _written_names(part: Record) -> list[str]:
    # A translation says nothing that the name it was made from does not say better.
    present = [key for key in NAME_VECTORS if part.payload.get(key)]
    origin = part.payload.get("name_origin", {})
    originals = [key for key in present if origin.get(key.removeprefix("name_")) != "translated"]
    return originals or present


def _weighed(probe: Probe, in_store: Collection[str]) -> Probe:
    candidates = [name for name in GROUP_OF if name in probe.query_vectors and name in in_store]
    weights = resolve_weights(probe.query.weights, candidates)
    vectors = {name: probe.query_vectors[name] for name in candidates if weights[name] > 0}
    # A text that holds nothing to embed (``???``) may still be part of a part number.
    if not vectors and (candidates or probe.own_id is not None):
        raise UsageError("nothing to compare by: the query has no vector with a weight above 0")
    return replace(
        probe,
        query_vectors=vectors,
        weights={name: weights[name] for name in vectors},
        curves={name: probe.curves.get(name, name) for name in vectors},
        view_vectors=probe.view_vectors if "image" in vectors else None,
    )
