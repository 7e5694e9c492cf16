"""How well a catalogue finds: retrieval against a label, and names across the two languages.

Definitions, over queries whose label at least one other part has, each part asked once and never
finding itself: P@k is the share of the first k hits that have the query's label. AP@10 is the sum,
over those of the first ten hits that have the label, of P@(their rank), divided by min(10, number of
other parts with the label); mAP@10 is its mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from catalog.embedding.contract import TextEmbedder
from catalog.errors import UsageError
from catalog.names.words.folding import fold
from catalog.parts import Language
from catalog.store.filters import IsMissing, Not
from search.evaluation.nearest_rows import nearest_rows
from search.evaluation.vector_table import VectorTable, vector_table
from search.queries.query import Query
from search.ranking.fusion import GROUP_OF
from search.searcher import BATCH, Searcher

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

DEPTH = 10
MAX_EXACT_QUERIES = 20_000
MAX_FUSED_QUERIES = 2_000
"""Larger catalogues are asked with a random sample of that many parts; ``n`` says how many."""
LABELS = ("family", "subfamily", "entity")
_DENSE = ("image", "name_de", "name_en", "description")
_KEYS = ("part_number", "name_de", "name_en", "name_origin", *LABELS)

BoolMatrix = NDArray[np.bool_]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RetrievalScore:
    """P@1, P@10 and mAP@10 over ``n`` queries; see the module for the definitions."""

    p_at_1: float
    p_at_10: float
    map_at_10: float
    n: int

    def to_json(self) -> dict[str, float]:
        """Return plain values under the names the command line prints."""
        return {
            "p@1": round(self.p_at_1, 4),
            "p@10": round(self.p_at_10, 4),
            "map@10": round(self.map_at_10, 4),
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class TranslationScore:
    """Share of ``n`` names whose own name in the other language is among the first 1 and 10."""

    hit_at_1: float
    hit_at_10: float
    n: int

    def to_json(self) -> dict[str, float]:
        """Return plain values under the names the command line prints."""
        return {
            "hit@1": round(self.hit_at_1, 4),
            "hit@10": round(self.hit_at_10, 4),
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What ``evaluate`` measured: by vector or ``fused``, and by direction ``de_en``, ``en_de``."""

    retrieval: dict[str, RetrievalScore] = field(default_factory=dict)
    translation: dict[str, TranslationScore] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values; clustering runs are none yet."""
        return {
            "retrieval": {name: score.to_json() for name, score in self.retrieval.items()},
            "translation": {name: score.to_json() for name, score in self.translation.items()},
            "clustering": {},
        }


def evaluate(catalog: OpenedCatalog, label: str = "family", *, seed: int = 0) -> Evaluation:
    """Measure retrieval against a label (family, subfamily, entity) and translation.

    Retrieval is leave-one-out over the labelled parts: exact for each vector, through the real search
    for ``terms`` and ``fused``. Translation asks each given name against the names of all parts in the
    other language; a hit is a part whose name equals the right one.
    """
    if label not in LABELS:
        raise UsageError(f"label must be one of {', '.join(LABELS)}; got {label!r}")
    with vector_table(catalog.store, _DENSE, _KEYS) as table:
        labels = _codes([payload.get(label) for payload in table.payloads])
        if not len(labels) or labels.max() < 0:
            raise UsageError(
                f"no part of catalogue {catalog.name!r} has a {label}: nothing to measure"
            )
        rng = np.random.default_rng(seed)
        retrieval = {
            name: score
            for name in table.matrix
            if (score := _vector_retrieval(table, name, labels, rng)) is not None
        }
        retrieval |= _searched_retrieval(catalog, table, label, labels, rng)
        return Evaluation(retrieval, _translation(catalog, table))


def retrieval_score(hits: BoolMatrix, others: NDArray[np.int64]) -> RetrievalScore:
    """Return the score of hits of shape (n, <= 10), True where the label is the query's.

    ``others`` is how many other parts have each query's label, shape (n,); all > 0.
    """
    ranks = np.arange(1, hits.shape[1] + 1)
    precision = np.cumsum(hits, axis=1) / ranks
    average = (precision * hits).sum(axis=1) / np.minimum(others, DEPTH)
    return RetrievalScore(
        float(hits[:, :1].sum(axis=1).mean()),
        float(hits.sum(axis=1).mean() / DEPTH),
        float(average.mean()),
        len(hits),
    )


# -- against a label --------------------------------------------------------------------------


def _codes(values: Sequence[Any]) -> Labels:
    # A number for each label, -1 for none.
    code_of = {value: code for code, value in enumerate(sorted({str(v) for v in values if v}))}
    return np.array([code_of[str(value)] if value else -1 for value in values], dtype=np.int64)


def _askable(labels: Labels) -> NDArray[np.int64]:
    # Rows with a label that another row has too.
    counts = Counter(labels.tolist())
    return np.array(
        [i for i, code in enumerate(labels.tolist()) if code >= 0 and counts[code] > 1],
        dtype=np.int64,
    )


def _others(labels: Labels, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = Counter(labels.tolist())
    return np.array([counts[code] - 1 for code in labels[rows].tolist()], dtype=np.int64)


def _sampled(rows: NDArray[np.int64], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


def _vector_retrieval(
    table: VectorTable, name: str, labels: Labels, rng: np.random.Generator
) -> RetrievalScore | None:
    labelled = labels[table.parts[name]] >= 0
    matrix = table.matrix[name] if labelled.all() else table.matrix[name][labelled]
    own_labels = labels[table.parts[name]][labelled]
    query_rows = _sampled(_askable(own_labels), MAX_EXACT_QUERIES, rng)
    if not len(query_rows):
        return None
    hits = np.zeros((len(query_rows), DEPTH), dtype=bool)
    for block, rows in nearest_rows(matrix[query_rows], matrix, DEPTH, query_rows):
        hits[block, : rows.shape[1]] = own_labels[rows] == own_labels[query_rows[block], None]
    return retrieval_score(hits, _others(own_labels, query_rows))


def _searched_retrieval(
    catalog: OpenedCatalog, table: VectorTable, label: str, labels: Labels, rng: np.random.Generator
) -> dict[str, RetrievalScore]:
    # A part without any name or vector has nothing to ask with.
    is_named = np.array([bool(p.get("name_de") or p.get("name_en")) for p in table.payloads])
    is_askable = is_named.copy()
    for rows in table.parts.values():
        is_askable[rows] = True
    code_of = {table.payloads[i]["part_number"]: code for i, code in enumerate(labels.tolist())}
    where = Not(IsMissing(label)) if (labels < 0).any() else None
    only_terms = {name: float(name == "terms") for name in GROUP_OF}
    searcher = Searcher(catalog)
    scores = {}
    for name, able, weights in (("terms", is_named, only_terms), ("fused", is_askable, {})):
        rows = _askable(labels)
        rows = _sampled(rows[able[rows]], MAX_FUSED_QUERIES, rng)
        numbers = [table.payloads[i]["part_number"] for i in rows]
        queries = [Query(like=n, where=where, weights=weights, limit=DEPTH) for n in numbers]
        if queries:
            hits = _search_hits(searcher, queries, code_of)
            scores[name] = retrieval_score(hits, _others(labels, rows))
    return scores


def _search_hits(
    searcher: Searcher, queries: Sequence[Query], code_of: dict[str, int]
) -> BoolMatrix:
    hits = np.zeros((len(queries), DEPTH), dtype=bool)
    for start in range(0, len(queries), BATCH):
        for row, result in enumerate(searcher.search_many(queries[start : start + BATCH]), start):
            query_code = code_of[str(queries[row].like)]
            for rank, hit in enumerate(result.hits):
                hits[row, rank] = code_of[hit.part_number] == query_code
    return hits


# -- across the languages ---------------------------------------------------------------------


def _translation(catalog: OpenedCatalog, table: VectorTable) -> dict[str, TranslationScore]:
    embedder = catalog.text_embedder
    if embedder is None:
        return {}
    bilingual = [i for i, payload in enumerate(table.payloads) if _both_given(payload)]
    directions: tuple[tuple[Language, Language], ...] = (("de", "en"), ("en", "de"))
    return {
        f"{source}_{target}": _direction(embedder, table, bilingual, source, target)
        for source, target in directions
        if bilingual
    }


def _both_given(payload: dict[str, Any]) -> bool:
    # A filled or translated name would be compared with its own source.
    origin = payload.get("name_origin") or {}
    return all(
        payload.get(f"name_{language}") and origin.get(language, "given") == "given"
        for language in ("de", "en")
    )


def _direction(
    embedder: TextEmbedder,
    table: VectorTable,
    bilingual: Sequence[int],
    source: Language,
    target: Language,
) -> TranslationScore:
    vector = f"name_{target}"
    names = [fold(str(table.payloads[i].get(vector) or "")) for i in table.parts[vector]]
    hits = np.zeros((len(bilingual), DEPTH), dtype=bool)
    for start in range(0, len(bilingual), MAX_FUSED_QUERIES):
        rows = bilingual[start : start + MAX_FUSED_QUERIES]
        queries = embedder.embed_queries([str(table.payloads[i][f"name_{source}"]) for i in rows])
        for block, neighbours in nearest_rows(queries, table.matrix[vector], DEPTH):
            for row, near in enumerate(neighbours, start + block.start):
                target_name = fold(str(table.payloads[bilingual[row]][vector]))
                hits[row, : len(near)] = [names[neighbour] == target_name for neighbour in near]
    return TranslationScore(
        float(hits[:, 0].mean()), float(hits.any(axis=1).mean()), len(bilingual)
    )
