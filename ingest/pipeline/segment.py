"""The segmentation step: parts are cut out of their views before these are embedded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Event

from catalog.arrays import RgbImage
from catalog.parts import View
from catalog.settings import Settings
from catalog.store.contract import chunked
from ingest.outcomes import ViewCut
from ingest.pipeline.overlap import map_in_order
from ingest.pipeline.rows import LoadedRow, LoadedView
from ingest.pipeline.stage_clock import StageClock
from segmentation.choices import AUTO, Choice
from segmentation.cutter import FAILED, Cut, Cutter, Photo
from segmentation.pictures import Pictures
from segmentation.view_segmentation import recorded

VIEWS_A_BATCH = 32
"""So many views at most are segmented at once; they are in memory at ``PHOTO_SIDE``."""


def cut_workers(settings: Settings) -> int:
    """Return how many threads cut: no core is left to the embedder, since to cut takes longer."""
    return settings.decode_workers or os.cpu_count() or 1


class Stopped(Exception):
    """Nobody waits for what the step does any more."""


@dataclass(frozen=True, slots=True)
class SegmentStage:
    """Cuts the views of loaded rows and makes them what the embedder is given.

    The loader before it hands over photos at ``PHOTO_SIDE``, not prepared. ``workers`` threads cut
    where the segmenter gains from it.
    """

    cutter: Cutter
    pictures: Pictures
    clock: StageClock
    workers: int = 1
    stopped: Event = field(default_factory=Event)
    """Once set, ``cut`` raises Stopped instead of going on with the next photo or batch."""

    def cut(self, rows: Sequence[LoadedRow]) -> list[LoadedRow]:
        """Return the rows with their views cut, order kept; settled ones are left alone."""
        with self.clock.measure("segment"):
            photos = (photo for row in rows if not row.is_settled for photo in _photos(row))
            cuts = iter([*self._cuts(photos)])
            return [
                row if row.is_settled else self._cut(row, [next(cuts) for _ in row.views])
                for row in rows
            ]

    def of_sample(self, sample: Iterable[LoadedRow]) -> Iterator[RgbImage]:
        """Yield what the embedder is given for each view of a sample, a batch in memory at a time.

        The masks are kept: ``cut`` will ask for the same ones.
        """
        photos = (photo for row in sample for photo in _photos(row))
        for cut in self.clock.waiting("segment", self._cuts(photos)):
            yield from self.pictures.of_cut(cut)

    def _cuts(self, photos: Iterable[Photo]) -> Iterator[Cut]:
        """Yield what becomes of each photo, order kept: threads take one each, or one thread batches."""
        if self.cutter.wants_threads:
            return map_in_order(self._alone, photos, workers=self.workers, window=2 * self.workers)
        batches = chunked(photos, VIEWS_A_BATCH)
        return chain.from_iterable(map(self._cut_batch, batches))

    def _alone(self, photo: Photo) -> Cut:
        [cut] = self._cut_batch([photo])
        return cut

    def _cut_batch(self, photos: Sequence[Photo]) -> list[Cut]:
        if self.stopped.is_set():
            raise Stopped
        return self.cutter.cut(photos)

    def _cut(self, row: LoadedRow, cuts: Sequence[Cut]) -> LoadedRow:
        before = [loaded.view for loaded in row.views]
        views = [
            LoadedView(_recorded(view, cut, _choice(row, view)), self.pictures.of_cut(cut))
            for view, cut in zip(before, cuts, strict=True)
        ]
        return LoadedRow.of(row.planned, views, row.failures, [*map(_outcome, before, cuts)])


def _photos(row: LoadedRow) -> Iterator[Photo]:
    for loaded in row.views:
        [pixels] = loaded.pictures
        yield Photo(pixels, loaded.view.sha256, _choice(row, loaded.view))


def _choice(row: LoadedRow, view: View) -> Choice:
    return row.planned.choices.get(view.file, AUTO)


def _recorded(view: View, cut: Cut, choice: Choice) -> View:
    record = recorded(cut, choice, view.width, view.height)
    column = view.segmentation.column if view.segmentation else ""
    return replace(view, segmentation=replace(record, column=column))


def _outcome(view: View, cut: Cut) -> ViewCut:
    return ViewCut(view.file, cut.reason, cut.detail, cut.is_cached, cut.reason == FAILED)
