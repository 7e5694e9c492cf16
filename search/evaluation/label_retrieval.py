"""Retrieval against a label: each labelled part is asked once, and others with its label are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.parts import Part
from catalog.store.filters import IsMissing, Not
from search.evaluation.nearest_rows import Rows, nearest_rows
from search.evaluation.scores import DEPTH, BoolMatrix, RetrievalScore, retrieval_score
from search.evaluation.vector_table import VectorTable
from search.queries.query import Query
from search.queries.weights import GROUP_OF
from search.searcher import BATCH, Searcher

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

MAX_EXACT_QUERIES = 20_000
MAX_FUSED_QUERIES = 2_000
"""Larger catalogues are asked with a random sample of that many parts; ``n`` says how many."""


@dataclass(frozen=True)
class Labels:
    """The label of each part as a number, shape (n,); -1 for none. ``key`` is where it stands."""

    key: str
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, key: str, values: Sequence[str | None]) -> Labels:
        """Return the labels of parts, None or empty for none."""
        code_of = {value: code for code, value in enumerate(sorted({str(v) for v in values if v}))}
        codes = [code_of[str(value)] if value else -1 for value in values]
        return cls(key, np.array(codes, dtype=np.int64))

    @property
    def is_empty(self) -> bool:
        """Whether no part has the label."""
        return not (self.codes >= 0).any()

    @property
    def askable(self) -> Rows:
        """The rows with a label that another row has too."""
        codes = self.codes.tolist()
        rows = [row for row, code in enumerate(codes) if code >= 0 and self._counts[code] > 1]
        return np.array(rows, dtype=np.int64)

    def others(self, rows: Rows) -> NDArray[np.int64]:
        """Return how many other rows have the label of each of ``rows``."""
        return np.array([self._counts[code] - 1 for code in self.codes[rows].tolist()], np.int64)

    @cached_property
    def _counts(self) -> Counter[int]:
        return Counter(self.codes.tolist())


def label_retrieval(
    catalog: OpenedCatalog, table: VectorTable, labels: Labels, seed: int
) -> dict[str, RetrievalScore]:
    """Return the score of each vector alone, and of ``terms`` and ``fused`` through the search.

    What no two parts with one label have is left out. ``seed`` draws the sample.
    """
    rng = np.random.default_rng(seed)
    scores = {
        name: score
        for name in table.matrix
        if (score := _vector_score(table, name, labels, rng)) is not None
    }
    return scores | _searched_scores(catalog, table, labels, rng)


# -- a vector alone ---------------------------------------------------------------------------


def _vector_score(
    table: VectorTable, name: str, labels: Labels, rng: np.random.Generator
) -> RetrievalScore | None:
    codes = labels.codes[table.part_rows[name]]
    labelled = codes >= 0
    matrix = table.matrix[name] if labelled.all() else table.matrix[name][labelled]
    own = Labels(labels.key, codes[labelled])
    query_rows = _sampled(own.askable, MAX_EXACT_QUERIES, rng)
    if not len(query_rows):
        return None
    hits = np.zeros((len(query_rows), DEPTH), dtype=bool)
    for block, rows in nearest_rows(matrix[query_rows], matrix, DEPTH, query_rows):
        hits[block, : rows.shape[1]] = own.codes[rows] == own.codes[query_rows[block], None]
    return retrieval_score(hits, own.others(query_rows))


def _sampled(rows: Rows, most: int, rng: np.random.Generator) -> Rows:
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


# -- through the search -----------------------------------------------------------------------


def _searched_scores(
    catalog: OpenedCatalog, table: VectorTable, labels: Labels, rng: np.random.Generator
) -> dict[str, RetrievalScore]:
    # A part without any name or vector has nothing to ask with.
    is_named = np.array([bool(part.name_de or part.name_en) for part in table.parts])
    is_askable = is_named.copy()
    for rows in table.part_rows.values():
        is_askable[rows] = True
    only_terms = {name: float(name == "terms") for name in GROUP_OF}
    searcher = Searcher(catalog)
    scores = {}
    for name, able, weights in (("terms", is_named, only_terms), ("fused", is_askable, {})):
        rows = labels.askable
        rows = _sampled(rows[able[rows]], MAX_FUSED_QUERIES, rng)
        if len(rows):
            hits = _search_hits(searcher, table.parts, labels, rows, weights)
            scores[name] = retrieval_score(hits, labels.others(rows))
    return scores


def _search_hits(
    searcher: Searcher,
    parts: Sequence[Part],
    labels: Labels,
    rows: Rows,
    weights: Mapping[str, float],
) -> BoolMatrix:
    where = Not(IsMissing(labels.key)) if (labels.codes < 0).any() else None
    numbers = [parts[row].part_number for row in rows.tolist()]
    queries = [Query(like=n, where=where, weights=weights, limit=DEPTH) for n in numbers]
    code_of = {part.part_number: code for part, code in zip(parts, labels.codes, strict=True)}
    hits = np.zeros((len(queries), DEPTH), dtype=bool)
    for start in range(0, len(queries), BATCH):
        for row, result in enumerate(searcher.search_many(queries[start : start + BATCH]), start):
            codes = [code_of[hit.part_number] for hit in result.hits]
            hits[row, : len(codes)] = np.array(codes) == code_of[numbers[row]]
    return hits
