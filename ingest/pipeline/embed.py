"""The embedding stage: loaded tasks become points. One bad item costs itself, never its batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, unit_rows
from catalog.embedding.contract import ImageEmbedder, TextEmbedder
from catalog.errors import PartscopeError
from catalog.names.terms import document_terms
from catalog.parts import LANGUAGES, Part, point_id, to_payload
from catalog.store.contract import Point, Vector
from ingest.outcomes import RowOutcome, ViewFailure
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, source_hash
from segmentation.view_segmentation import best_measured

T = TypeVar("T")

_ALMOST_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class EmbeddedTask:
    """A task with the point to write."""

    loaded: LoadedTask
    point: Point


Embedded = EmbeddedTask | LoadedTask | RowOutcome
"""A point to write, a part that is unchanged after all, or a row that ended before."""


@dataclass(frozen=True, slots=True)
class PointBuilder:
    """Embeds batches of tasks with the catalogue's embedders, as far as it has the ``vectors``."""

    catalog: str
    image_embedder: ImageEmbedder | None
    text_embedder: TextEmbedder | None
    clock: StageClock
    vectors: frozenset[str]

    def build(self, batch: Sequence[LoadedTask | RowOutcome]) -> list[Embedded]:
        """Return what becomes of each item of the batch, order kept."""
        changed = [item for item in batch if isinstance(item, LoadedTask) and not item.is_unchanged]
        with self.clock.measure("embed"):
            points = dict(zip(map(id, changed), self._points(changed), strict=True))
        return [points.get(id(item), item) for item in batch]

    def _points(self, tasks: Sequence[LoadedTask]) -> list[EmbeddedTask | RowOutcome]:
        tasks, views = self._embed_views(tasks)
        vectors: list[dict[str, Vector]] = [_view_vectors(rows) for rows in views]
        if self.text_embedder is not None:
            for name in self.vectors & _TEXTS.keys():
                text_of = _TEXTS[name]
                self._add_texts(name, [text_of(task.part) for task in tasks], vectors)
        return [
            self._point(task, task_vectors)
            for task, task_vectors in zip(tasks, vectors, strict=True)
        ]

    def _point(self, task: LoadedTask, vectors: dict[str, Vector]) -> EmbeddedTask | RowOutcome:
        terms = document_terms(task.part)
        if terms is not None:
            vectors["terms"] = terms
        if not vectors or (set(vectors) == {"terms"} and not _has_text(task.part)):
            return task.failed("nothing_to_embed", "no view could be used, and there is no name")
        stored = task.task.stored
        payload = {**to_payload(task.part), "rev": stored.rev + 1 if stored else 1}
        measured = best_measured(task.part.views)
        if measured is not None:
            payload["measured"] = measured.to_json()
        number = task.part.part_number
        return EmbeddedTask(task, Point(str(point_id(self.catalog, number)), vectors, payload))

    def _embed_views(
        self, tasks: Sequence[LoadedTask]
    ) -> tuple[list[LoadedTask], list[list[FloatVector]]]:
        """Embed all views of the batch at once; a view without a vector becomes a failure."""
        flat = [image for task in tasks for image in (*task.pixels, *task.full_photos.values())]
        if self.image_embedder is None:
            return list(tasks), [[] for _ in tasks]
        rows = iter(embed_each(self.image_embedder.embed_documents, flat))
        embedded, vectors = [], []
        for task in tasks:
            view_rows = [next(rows) for _ in task.pixels]
            beside = [_or(next(rows), view_rows[place]) for place in task.full_photos]
            embedded.append(_without_unembedded(task, view_rows))
            vectors.append([row for row in (*view_rows, *beside) if row is not None])
        return embedded, vectors

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


def _without_unembedded(task: LoadedTask, rows: Sequence[FloatVector | None]) -> LoadedTask:
    if all(row is not None for row in rows):
        return task
    views = tuple(view for view, row in zip(task.part.views, rows, strict=True) if row is not None)
    failures = [
        ViewFailure(view.file, "embed_failed", "the embedder gave no usable vector for it")
        for view, row in zip(task.part.views, rows, strict=True)
        if row is None
    ]
    part = replace(task.part, views=views)
    part = replace(part, source_hash=source_hash(part, views, task.marks))
    return replace(task, part=part, failures=(*task.failures, *failures))
