"""A catalogue's calibration: estimated from a sample of its parts, kept with it, renewed as it grows."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catalog.arrays import FloatMatrix, SparseVector
from catalog.embedding.contract import CrossModalEmbedder
from catalog.errors import StoreError
from catalog.store.contract import Record
from search.queries.query_terms import terms_of_query
from search.ranking.calibration import (
    DEFAULT_CURVES,
    Calibration,
    Curve,
    FloatArray,
    curve_of,
    pair_similarities,
)

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

ARTEFACT = "calibration.json"
SAMPLE = 500
"""Parts sampled: their pairs, some 10^5, give tails down to one in ten thousand."""
_DENSE = ("image", "name_de", "name_en", "description")

logger = logging.getLogger(__name__)


def load_calibration(catalog: OpenedCatalog) -> Calibration:
    """Return the catalogue's calibration; a missing or outdated one is estimated and kept."""
    points = catalog.store.count()
    content = catalog.store.read_artefact(ARTEFACT)
    stored = Calibration.from_artefact(content) if content is not None else None
    if stored is not None and stored.fits(points):
        return stored
    return fit_calibration(catalog)


def fit_calibration(catalog: OpenedCatalog) -> Calibration:
    """Estimate the calibration from at most ``SAMPLE`` parts and keep it with the catalogue.

    The sample is the first parts by id: ids are hashes of the part numbers, so that is a random one,
    and the same one each time. Cost: reading 500 points, a product of 500 x 500 for each vector.
    """
    store = catalog.store
    sample = next(iter(store.scan(batch_size=SAMPLE, with_vectors=True)), [])
    calibration = Calibration(
        points=store.count(),
        sampled=len(sample),
        curves={**_dense_curves(sample), **_crossed_curves(catalog, sample)},
        term_share=_term_share(sample),
    )
    calibration = _with_terms_curve(calibration, sample)
    try:
        store.write_artefact(ARTEFACT, calibration.to_artefact())
    except StoreError as error:
        logger.warning("the calibration is not kept and will be estimated again: %s", error)
    return calibration


def _dense_curves(sample: Sequence[Record]) -> dict[str, Curve]:
    curves = {}
    for name in _DENSE:
        rows = _rows(sample, name)
        if len(rows):
            curves[name] = curve_of(pair_similarities(rows, rows), DEFAULT_CURVES[name])
    return curves


def _crossed_curves(catalog: OpenedCatalog, sample: Sequence[Record]) -> dict[str, Curve]:
    # A name asked of pictures or descriptions: other embedder roads, so other similarities.
    curves = {}
    described = [r for r in sample if "description" in r.vectors and _name(r)]
    if described and catalog.text_embedder is not None:
        queries = catalog.text_embedder.embed_queries([_name(r) for r in described])
        pairs = pair_similarities(queries, _rows(described, "description"))
        curves["description<name"] = curve_of(pairs, DEFAULT_CURVES["description<name"])
    pictured = [r for r in sample if "image" in r.vectors and _name(r)]
    embedder: object = catalog.image_embedder if pictured else None
    if isinstance(embedder, CrossModalEmbedder):
        queries = embedder.embed_text_queries([_name(r) for r in pictured])
        pairs = pair_similarities(queries, _rows(pictured, "image"))
        curves["image<text"] = curve_of(pairs, DEFAULT_CURVES["image<text"])
    return curves


def _rows(sample: Sequence[Record], name: str) -> FloatMatrix:
    rows = [r.vectors[name] for r in sample if name in r.vectors]
    return np.asarray(rows, dtype=np.float32)


def _name(record: Record) -> str:
    return str(record.payload.get("name_de") or record.payload.get("name_en") or "")


# -- terms ------------------------------------------------------------------------------------


def _terms(sample: Sequence[Record]) -> list[SparseVector]:
    vectors = [record.vectors.get("terms") for record in sample]
    return [terms for terms in vectors if isinstance(terms, SparseVector)]


def _term_share(sample: Sequence[Record]) -> dict[int, float]:
    # Terms seen once are no better known than those never seen.
    counts = Counter(int(i) for terms in _terms(sample) for i in terms.indices)
    return {index: count / len(sample) for index, count in counts.items() if count > 1}


def _with_terms_curve(calibration: Calibration, sample: Sequence[Record]) -> Calibration:
    curve = curve_of(_coverages(calibration, sample), DEFAULT_CURVES["terms"])
    return replace(calibration, curves={**calibration.curves, "terms": curve})


def _coverages(calibration: Calibration, sample: Sequence[Record]) -> FloatArray:
    # How well the terms of one part answer to the name of another, over the pairs of the sample.
    pairs = [
        (query, terms)
        for record in sample
        if isinstance(terms := record.vectors.get("terms"), SparseVector)
        and (name := _name(record))
        and (query := terms_of_query([name])) is not None
    ]
    if not pairs:
        return np.empty(0)
    indices = np.unique(np.concatenate([terms.indices for _, terms in pairs]))
    query_rows, term_rows = np.zeros((2, len(pairs), len(indices)), dtype=np.float32)
    for row, (query, terms) in enumerate(pairs):
        term_rows[row, np.searchsorted(indices, terms.indices)] = terms.values
        is_present = np.isin(query.terms.indices, indices)
        columns = np.searchsorted(indices, query.terms.indices[is_present])
        weights = query.terms.values * calibration.idf(query.terms.indices)
        query_rows[row, columns] = weights[is_present] / max(calibration.ideal(query.ideal), 1e-9)
    return np.minimum(pair_similarities(query_rows, term_rows), 1.0)
