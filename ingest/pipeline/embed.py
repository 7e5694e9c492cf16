"""The embedding step: loaded rows become points. One bad item costs itself, never its batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, Vector, unit_rows
from catalog.embedding.contract import ImageEmbedder, TextEmbedder
from catalog.errors import PartscopeError
from catalog.names.terms import document_terms
from catalog.parts import LANGUAGES, Part, point_id, to_payload
from catalog.store.contract import Point
from ingest.outcomes import ViewFailure
from ingest.pipeline.rows import LoadedRow, MadeRow
from ingest.pipeline.stage_clock import StageClock
from segmentation.view_segmentation import best_measured

T = TypeVar("T")

_ALMOST_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class PointBuilder:
    """Embeds batches of rows with the catalogue's embedders, as far as it has the ``vectors``."""

    catalog: str
    image_embedder: ImageEmbedder | None
    text_embedder: TextEmbedder | None
    clock: StageClock
    vectors: frozenset[str]

    def build(self, rows: Sequence[LoadedRow]) -> list[MadeRow]:
        """Return what becomes of each row, order kept."""
        with self.clock.measure("embed"):
            points = iter(self._made([row for row in rows if not row.is_settled]))
            return [row.made() if row.is_settled else next(points) for row in rows]

    def _made(self, rows: Sequence[LoadedRow]) -> list[MadeRow]:
        rows, views = self._embed_views(rows)
        vectors: list[dict[str, Vector]] = [_view_vectors(of_row) for of_row in views]
        if self.text_embedder is not None:
            for name in self.vectors & _TEXTS.keys():
                text_of = _TEXTS[name]
                self._add_texts(name, [text_of(row.planned.part) for row in rows], vectors)
        return [self._made_row(*with_vectors) for with_vectors in zip(rows, vectors, strict=True)]

    def _made_row(self, row: LoadedRow, vectors: dict[str, Vector]) -> MadeRow:
        part = row.part
        terms = document_terms(part)
        if terms is not None:
            vectors["terms"] = terms
        if not vectors or (set(vectors) == {"terms"} and not _has_text(part)):
            return row.failed("nothing_to_embed", "no view could be used, and there is no name")
        stored = row.planned.stored
        payload = {**to_payload(part), "rev": stored.rev + 1 if stored else 1}
        measured = best_measured(part.views)
        if measured is not None:
            payload["measured"] = measured.to_json()
        return row.made(Point(str(point_id(self.catalog, part.part_number)), vectors, payload))

    def _embed_views(
        self, rows: Sequence[LoadedRow]
    ) -> tuple[Sequence[LoadedRow], list[list[FloatVector]]]:
        """Embed all views of the batch at once; a view without a vector becomes a failure."""
        if self.image_embedder is None:
            return rows, [[] for _ in rows]
        pictures = [picture for row in rows for picture in _pictures(row)]
        embedded = iter(embed_each(self.image_embedder.embed_documents, pictures))
        with_views, vectors = [], []
        for row in rows:
            first = [next(embedded) for _ in row.views]
            beside = [
                _or(next(embedded), crop)
                for loaded, crop in zip(row.views, first, strict=True)
                if len(loaded.pictures) > 1
            ]
            with_views.append(_without_unembedded(row, first))
            vectors.append([vector for vector in (*first, *beside) if vector is not None])
        return with_views, vectors

    def _add_texts(
        self, name: str, texts: Sequence[str | None], vectors: Sequence[dict[str, Vector]]
    ) -> None:
        assert self.text_embedder is not None  # noqa: S101  # the caller looked
        positions = [position for position, text in enumerate(texts) if text]
        documents = [text for text in texts if text]
        rows = embed_each(self.text_embedder.embed_documents, documents)
        for position, row in zip(positions, rows, strict=True):
            if row is not None:
                vectors[position][name] = row


_TEXTS: dict[str, Callable[[Part], str | None]] = {
    "name_de": lambda part: part.clean_name("de"),
    "name_en": lambda part: part.clean_name("en"),
    "description": lambda part: part.description,
}
assert set(_TEXTS) >= {f"name_{language}" for language in LANGUAGES}  # noqa: S101


def _pictures(row: LoadedRow) -> Iterator[RgbImage]:
    """Yield the first picture of each view, then the full photos that are embedded beside a crop."""
    yield from (loaded.pictures[0] for loaded in row.views)
    yield from (loaded.pictures[1] for loaded in row.views if len(loaded.pictures) > 1)


def _has_text(part: Part) -> bool:
    return bool(part.name_de or part.name_en or part.description)


def embed_each(
    embed: Callable[[Sequence[T]], FloatMatrix], items: Sequence[T]
) -> list[FloatVector | None]:
    """Embed a batch; None for items that hold nothing, break the embedder or give no finite row.

    Where the batch as a whole breaks the embedder, its items are tried one by one; where every one
    of several breaks, it is the embedder that is broken and its error is raised.
    """
    if not items:
        return []
    try:
        rows: FloatMatrix | list[FloatVector | None] = embed(items)
    except PartscopeError:
        raise
    except Exception as error:
        rows = list(_one_by_one(embed, items))
        if len(items) > 1 and all(row is None for row in rows):
            raise PartscopeError(f"the embedder fails on every item: {error}") from error
    return [
        row if is_usable else None for row, is_usable in zip(rows, _are_usable(rows), strict=True)
    ]


def _one_by_one(
    embed: Callable[[Sequence[T]], FloatMatrix], items: Sequence[T]
) -> Iterator[FloatVector | None]:
    for item in items:
        try:
            yield embed([item])[0]
        except Exception:  # this is the slow path: which item is it?
            yield None


def _or(row: FloatVector | None, crop: FloatVector | None) -> FloatVector | None:
    """Return the full photo's row, where it has none that of its crop, and none without a crop."""
    return crop if row is None or crop is None else row


def _are_usable(rows: FloatMatrix | Sequence[FloatVector | None]) -> Sequence[bool]:
    if isinstance(rows, np.ndarray):
        usable: list[bool] = np.logical_and(
            np.isfinite(rows).all(axis=1), rows.any(axis=1)
        ).tolist()
        return usable
    return [row is not None and bool(np.isfinite(row).all() and row.any()) for row in rows]


def _view_vectors(rows: Sequence[FloatVector]) -> dict[str, Any]:
    if not rows:
        return {}
    matrix = unit_rows(np.stack(rows))
    mean = matrix.mean(axis=0)
    if np.linalg.norm(mean) < _ALMOST_ZERO:  # opposite views have no middle
        mean = matrix[0]
    vectors: dict[str, Any] = {"image": unit_rows(mean[None])[0]}
    if len(rows) > 1:
        vectors["views"] = matrix
    return vectors


def _without_unembedded(row: LoadedRow, vectors: Sequence[FloatVector | None]) -> LoadedRow:
    if all(vector is not None for vector in vectors):
        return row
    pairs = [*zip(row.views, vectors, strict=True)]
    views = [loaded for loaded, vector in pairs if vector is not None]
    detail = "the embedder gave no usable vector for it"
    failures = [
        ViewFailure(loaded.view.file, "embed_failed", detail)
        for loaded, vector in pairs
        if vector is None
    ]
    return LoadedRow.of(row.planned, views, (*row.failures, *failures), row.cuts)
