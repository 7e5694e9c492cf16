"""The segmentation stage: parts are cut out of their views before these are embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Event

from catalog.arrays import RgbImage
from catalog.parts import View
from catalog.store.contract import chunked
from ingest.outcomes import RowOutcome, ViewCut
from ingest.pipeline.overlap import map_in_order
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, source_hash
from segmentation.choices import AUTO
from segmentation.cutter import FAILED, Cut, Cutter, Photo
from segmentation.pictures import Pictures
from segmentation.view_segmentation import recorded

VIEWS_A_BATCH = 32
"""So many views at most are segmented at once; they are in memory at ``PHOTO_SIDE``."""


class Stopped(Exception):
    """Nobody waits for what the stage does any more."""


@dataclass(frozen=True, slots=True)
class SegmentStage:
    """Cuts the views of loaded tasks and makes them what the embedder is given.

    The loader before it hands over photos at ``PHOTO_SIDE``, not prepared. ``workers`` threads cut
    where the segmenter gains from it.
    """

    cutter: Cutter
    pictures: Pictures
    clock: StageClock
    workers: int = 1
    stopped: Event = field(default_factory=Event)
    """Once set, ``cut`` raises Stopped instead of going on with the next photo or batch."""

    def cut(self, batch: Sequence[LoadedTask | RowOutcome]) -> list[LoadedTask | RowOutcome]:
        """Return the batch with its views cut, order kept; parts that are unchanged are left alone."""
        changed = [item for item in batch if isinstance(item, LoadedTask) and not item.is_unchanged]
        with self.clock.measure("segment"):
            cuts = iter([*self._cuts(photo for task in changed for photo in _photos(task))])
            cut_tasks = {
                id(task): self._cut(task, [next(cuts) for _ in task.pixels]) for task in changed
            }
        return [cut_tasks.get(id(item), item) for item in batch]

    def of_sample(self, sample: Iterable[LoadedTask]) -> Iterator[RgbImage]:
        """Yield what the embedder is given for each view of a sample, a batch in memory at a time.

        The masks are kept: ``cut`` will ask for the same ones.
        """
        photos = (photo for task in sample for photo in _photos(task))
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

    def _cut(self, task: LoadedTask, cuts: Sequence[Cut]) -> LoadedTask:
        pictures = [self.pictures.of_cut(cut) for cut in cuts]
        views = tuple(map(_recorded, task.part.views, cuts, [task] * len(cuts)))
        cut_task = replace(
            task,
            part=replace(task.part, views=views),
            pixels=tuple(picture[0] for picture in pictures),
            full_photos={
                place: picture[1] for place, picture in enumerate(pictures) if len(picture) > 1
            },
            cuts=tuple(map(_outcome, task.part.views, cuts)),
        )
        digest = source_hash(cut_task.part, views, cut_task.marks)
        return replace(cut_task, part=replace(cut_task.part, source_hash=digest))


def _photos(task: LoadedTask) -> Iterator[Photo]:
    for view, pixels in zip(task.part.views, task.pixels, strict=True):
        yield Photo(pixels, view.sha256, task.task.choices.get(view.file, AUTO))


def _recorded(view: View, cut: Cut, task: LoadedTask) -> View:
    choice = task.task.choices.get(view.file, AUTO)
    record = recorded(cut, choice, view.width, view.height)
    column = view.segmentation.column if view.segmentation else ""
    return replace(view, segmentation=replace(record, column=column))


def _outcome(view: View, cut: Cut) -> ViewCut:
    return ViewCut(view.file, cut.reason, cut.detail, cut.is_cached, cut.reason == FAILED)
