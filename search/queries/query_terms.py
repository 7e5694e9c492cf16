"""The terms of a query, and what a part of exactly that name would score by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.arrays import SparseVector
from catalog.names.terms import document_terms, query_terms
from catalog.parts import Part

BOTH_NAMES = 0.87
"""A part usually has both names, so that each of its terms weighs this much less than in one name
alone (BM25's length normalisation for names of three to six tokens)."""


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """``terms`` are what the store compares. ``ideal`` holds, for those that a part of exactly that
    name has, the product of both weights: their sum times the idf is the score of an ideal match.
    """

    terms: SparseVector
    ideal: SparseVector


def terms_of_query(names: Sequence[str]) -> QueryTerms | None:
    """Return the terms of one text, or of a part's names (German, English); None without any."""
    terms = query_terms(" ".join(names))
    ideal_part = Part("", name_de=names[0], name_en=names[1] if len(names) > 1 else None)
    ideal = document_terms(ideal_part)
    if terms is None or ideal is None:
        return None
    weight = dict(zip(ideal.indices.tolist(), ideal.values.tolist(), strict=True))
    common = [row for row, index in enumerate(terms.indices.tolist()) if index in weight]
    indices = terms.indices[common]
    share = np.float32(1.0 if len(names) > 1 else BOTH_NAMES)
    ideals = np.array([weight[index] for index in indices.tolist()], dtype=np.float32)
    return QueryTerms(terms, SparseVector(indices, terms.values[common] * ideals * share))
