"""Names across the two languages: a given name is asked, its own in the other language is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.embedding.contract import TextEmbedder
from catalog.names.words.folding import fold
from catalog.parts import LANGUAGES, Language, Part
from search.evaluation.nearest_rows import Rows, nearest_rows
from search.evaluation.scores import DEPTH, TranslationScore, translation_score
from search.evaluation.vector_table import VectorTable

_EMBEDDED = 2_000
"""Names that are embedded together: bounds the memory."""
_DIRECTIONS: tuple[tuple[Language, Language], ...] = (("de", "en"), ("en", "de"))


def name_translation(
    embedder: TextEmbedder | None, table: VectorTable
) -> dict[str, TranslationScore]:
    """Return the score of each direction, ``de_en`` and ``en_de``, over parts with both names given.

    Empty without an embedder and without such parts.
    """
    bilingual = [row for row, part in enumerate(table.parts) if _both_given(part)]
    if embedder is None or not bilingual:
        return {}
    return {
        f"{source}_{target}": _direction(embedder, table, bilingual, source, target)
        for source, target in _DIRECTIONS
    }


def _both_given(part: Part) -> bool:
    # A filled or translated name would be compared with its own source.
    return all(
        part.name(language) and part.name_origin.get(language, "given") == "given"
        for language in LANGUAGES
    )


def _direction(
    embedder: TextEmbedder,
    table: VectorTable,
    rows: Sequence[int],
    source: Language,
    target: Language,
) -> TranslationScore:
    vector = f"name_{target}"
    names = [_folded(table.parts[row], target) for row in table.part_rows[vector].tolist()]
    hits = np.zeros((len(rows), DEPTH), dtype=bool)
    queries = (str(table.parts[row].name(source)) for row in rows)
    for query, neighbours in enumerate(_nearest(embedder, list(queries), table.matrix[vector])):
        name = _folded(table.parts[rows[query]], target)
        hits[query, : len(neighbours)] = [names[neighbour] == name for neighbour in neighbours]
    return translation_score(hits)


def _nearest(
    embedder: TextEmbedder, queries: Sequence[str], documents: FloatMatrix
) -> Iterator[Rows]:
    for start in range(0, len(queries), _EMBEDDED):
        vectors = embedder.embed_queries(queries[start : start + _EMBEDDED])
        for _, rows in nearest_rows(vectors, documents, DEPTH):
            yield from rows


def _folded(part: Part, language: Language) -> str:
    return fold(part.name(language) or "")
