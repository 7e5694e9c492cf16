"""The maker of points: rows go in as they were planned and come out made. The same in any process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Event

from catalog.images.view_source import ViewSource
from ingest.pipeline.embed import PointBuilder
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.recipe import ModelSource, Recipe
from ingest.pipeline.rows import LoadedRow, MadeRow, PlannedRow
from ingest.pipeline.segment import VIEWS_A_BATCH as CUT_VIEWS_A_BATCH
from ingest.pipeline.segment import SegmentStage, cut_workers
from ingest.pipeline.stage_clock import StageClock
from segmentation.pictures import Pictures

VIEWS_A_BATCH = 128
"""So many views at most are embedded at once; bounds memory where parts have many views."""


def views_at_once(pictures: Pictures) -> int:
    """Return how many views at most are held; give or take those of one row."""
    return VIEWS_A_BATCH if pictures.cutter is None else CUT_VIEWS_A_BATCH


class PointMaker:
    """Loads the views of rows, cuts and embeds them; one bad item costs itself, never its batch.

    Whoever runs it in this process may call the steps from threads that overlap: ``load`` from
    several at once, ``cut`` and ``embed`` from one at a time each. Anybody else calls ``make``,
    from one thread at a time.

    Picklable: what travels is the recipe of its models and where views are read from. Models,
    readers and connections are opened at the first use in a process. ``clock`` adds up what the
    steps take, here alone; once ``stopped`` is set, ``cut`` raises Stopped before the next photo.
    """

    def __init__(
        self, source: ModelSource, views: ViewSource, clock: StageClock | None = None
    ) -> None:
        self.clock = clock or StageClock()
        self.stopped = Event()
        self._source = source
        self._views = views

    def __reduce__(self) -> tuple[type[PointMaker], tuple[Recipe, ViewSource]]:
        return PointMaker, (self._source.recipe(), self._views)

    def make(self, rows: Iterable[PlannedRow]) -> list[MadeRow]:
        """Return what becomes of each row, order kept; settled ones as they are."""
        batches = self.batches(map(self.load, rows))
        return [made for batch in batches for made in self.embed(self.cut(batch))]

    # -- the steps ----------------------------------------------------------------------------

    def load(self, row: PlannedRow) -> LoadedRow:
        """Read and decode the views of a row."""
        return self._steps.loader.load(row)

    def batches(self, rows: Iterable[LoadedRow]) -> Iterator[list[LoadedRow]]:
        """Yield as many rows as are cut and embedded at once, fewer where they have many views."""
        size, most_views = self._source.settings.batch_size, self.views_at_once
        batch: list[LoadedRow] = []
        views = 0
        for row in rows:
            batch.append(row)
            views += len(row.views)
            if len(batch) >= size or views >= most_views:
                yield batch
                batch, views = [], 0
        if batch:
            yield batch

    def cut(self, rows: Sequence[LoadedRow]) -> Sequence[LoadedRow]:
        """Cut the parts out of the views of a batch; the rows themselves where nothing is cut."""
        stage = self._steps.stage
        return rows if stage is None else stage.cut(rows)

    def embed(self, rows: Sequence[LoadedRow]) -> list[MadeRow]:
        """Make the points of a batch."""
        return self._steps.builder.build(rows)

    @property
    def is_cutting(self) -> bool:
        """Whether ``cut`` does anything."""
        return self._steps.stage is not None

    @property
    def views_at_once(self) -> int:
        """So many views at most are cut and embedded at once, give or take those of one row."""
        return self._steps.views_at_once

    @cached_property
    def _steps(self) -> _Steps:
        settings, models = self._source.settings, self._source.models()
        pictures = models.pictures
        stage = None
        if pictures.cutter is not None:
            workers = cut_workers(settings)
            stage = SegmentStage(pictures.cutter, pictures, self.clock, workers, self.stopped)
        builder = PointBuilder(
            settings.catalog,
            models.image_embedder,
            models.text_embedder,
            self.clock,
            models.vectors,
        )
        loader = ViewLoader(self._views.read, pictures.load, self.clock)
        return _Steps(loader, stage, builder, views_at_once(pictures))


@dataclass(frozen=True, slots=True)
class _Steps:
    loader: ViewLoader
    stage: SegmentStage | None
    builder: PointBuilder
    views_at_once: int
