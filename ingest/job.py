"""One ingest from table to points: what is read, what is built, and which stages run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from ingest.cleaning import Cleaner
from ingest.embed import Embedded, PointBuilder
from ingest.file_signatures import FileSignatures
from ingest.ledger import Ledger
from ingest.load_views import ViewLoader
from ingest.outcomes import IngestSummary, RowOutcome
from ingest.overlap import map_in_order, run_ahead
from ingest.plan import KnownParts, Planner
from ingest.progress import IngestProgress
from ingest.report import RowReport
from ingest.rows import BadRow, SourceRow
from ingest.samples import FirstLook
from ingest.stage_clock import StageClock
from ingest.tables.mapping import ColumnMapping
from ingest.tables.source import TableSource
from ingest.task import LoadedTask, Task
from ingest.views import ViewIndex
from ingest.write import Writer
from partscope.catalog import DEFAULT_SIDE, Catalog
from partscope.embedding.contract import NamePair
from partscope.images.preparation import Preparation
from partscope.images.reader import ImageReader

if TYPE_CHECKING:
    from partscope.arrays import RgbImage

VIEWS_A_BATCH = 128
"""So many views at most are embedded at once; bounds memory where parts have many views."""
BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True)
class IngestJob:
    """What one ingest works on. ``image_root`` is a folder or zip that references are relative to."""

    catalog: Catalog
    source: TableSource
    source_name: str
    mapping: ColumnMapping
    image_root: Path | None = None
    views: ViewIndex | None = None
    limit: int | None = None
    report: Path | None = None
    clock: StageClock = field(default_factory=StageClock)

    def run(self, progress: IngestProgress, *, dry_run: bool, resume: bool) -> IngestSummary:
        """Ingest the table and return the counts."""
        start = perf_counter()
        summary = IngestSummary(dry_run=dry_run)
        look = self._first_look(progress)
        if not dry_run:
            self._ensure_catalog(look)
        progress.start("checking" if dry_run else "ingesting", look.rows)
        with ExitStack() as stack:
            report = stack.enter_context(RowReport(self._report_path()))
            outcomes = self._outcomes(look, stack, dry_run=dry_run, resume=resume)
            for outcome in outcomes:
                summary.add(outcome)
                report.add(outcome)
                progress.advance(outcome)
        self._finish(summary, report, perf_counter() - start)
        return summary

    # -- before the rows ----------------------------------------------------------------------

    def _first_look(self, progress: IngestProgress) -> FirstLook:
        look = FirstLook()
        progress.start("looking", None)
        wants = not self.catalog.exists
        with self.clock.measure("look"):
            look.read(self.rows(), self.views, progress, want_images=wants)
        return look

    def _ensure_catalog(self, look: FirstLook) -> None:
        if self.catalog.exists:
            _ = self.catalog.image_embedder, self.catalog.text_embedder, self.catalog.preparation
        else:
            prepare = Preparation.parse(self.catalog.settings.preparation or "")
            loader = self._loader(prepare, DEFAULT_SIDE)

            def images(limit: int) -> list[RgbImage]:
                return look.images(loader, limit, self.workers)

            def pairs(limit: int) -> Sequence[NamePair]:
                return look.pairs.pairs()[:limit]

            with self.clock.measure("fit"):
                self.catalog.create(images, pairs)
        if self.image_root is not None:
            self.catalog.add_image_root(str(self.image_root.resolve()))

    # -- the pipeline -------------------------------------------------------------------------

    def rows(self) -> Iterator[SourceRow | BadRow]:
        """Yield the table's rows by field."""
        for row in islice(self.source.rows(), self.limit):
            yield row if isinstance(row, BadRow) else self.mapping.apply(row)

    def _outcomes(
        self, look: FirstLook, stack: ExitStack, *, dry_run: bool, resume: bool
    ) -> Iterator[RowOutcome]:
        lock = Lock()
        store = self.catalog.store if self.catalog.exists else None
        ledger = None
        if not dry_run:
            ledger = stack.enter_context(self._ledger())
            if not resume:
                ledger.forget()
        known = KnownParts(self.catalog.name, store, ledger, lock)
        planner = Planner(Cleaner(look.pairs), self.views, FileSignatures(self.image_root), known)
        loaded = self._loaded(planner.plan(self._timed_rows()))
        if ledger is None:
            return (_as_outcome(item) for item in loaded)
        batches = self._batches(loaded)
        writer = Writer(self.catalog.store, ledger, self.source_name, lock, self.clock)
        return writer.write(run_ahead(self._embedded(batches), BATCHES_AHEAD))

    def _timed_rows(self) -> Iterator[SourceRow | BadRow]:
        return self.clock.waiting("read", self.rows())

    def _loaded(self, tasks: Iterable[Task | RowOutcome]) -> Iterator[LoadedTask | RowOutcome]:
        if self.catalog.exists:
            loader = self._loader(self.catalog.preparation, self.catalog.decode_side)
        else:
            loader = self._loader(Preparation.parse(""), DEFAULT_SIDE)

        def load(item: Task | RowOutcome) -> LoadedTask | RowOutcome:
            return item if isinstance(item, RowOutcome) else loader.load(item)

        ahead = run_ahead(tasks, 2 * self.catalog.settings.batch_size)
        return map_in_order(load, ahead, workers=self.workers, window=VIEWS_A_BATCH)

    def _batches(
        self, items: Iterable[LoadedTask | RowOutcome]
    ) -> Iterator[list[LoadedTask | RowOutcome]]:
        size = self.catalog.settings.batch_size
        batch: list[LoadedTask | RowOutcome] = []
        views = 0
        for item in items:
            batch.append(item)
            views += len(item.pixels) if isinstance(item, LoadedTask) else 0
            if len(batch) >= size or views >= VIEWS_A_BATCH:
                yield batch
                batch, views = [], 0
        if batch:
            yield batch

    def _embedded(
        self, batches: Iterator[list[LoadedTask | RowOutcome]]
    ) -> Iterator[list[Embedded]]:
        builder = PointBuilder(
            self.catalog.name, self.catalog.image_embedder, self.catalog.text_embedder, self.clock
        )
        for batch in self.clock.waiting("embedder waits", batches):
            yield builder.build(batch)

    # -- parts --------------------------------------------------------------------------------

    @property
    def workers(self) -> int:
        """How many threads decode."""
        return self.catalog.settings.decode_workers or max(1, (os.cpu_count() or 2) - 1)

    def _loader(self, prepare: Callable[[RgbImage], RgbImage], side: int) -> ViewLoader:
        reader = ImageReader(self.image_root, self.catalog.fetcher)
        return ViewLoader(reader, prepare, side, self.catalog.settings.max_pixels, self.clock)

    def _ledger(self) -> Ledger:
        manifest = self.catalog.manifest
        path = self.catalog.settings.work_folder / "ledger.sqlite"
        return Ledger(path, f"{manifest.identity}-g{manifest.generation}")

    def _report_path(self) -> Path:
        if self.report is not None:
            return self.report
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        return self.catalog.settings.work_folder / "reports" / f"ingest-{stamp}.csv"

    def _finish(self, summary: IngestSummary, report: RowReport, seconds: float) -> None:
        summary.report = str(report.path)
        summary.seconds = seconds
        summary.seconds_by_stage = self.clock.seconds()
        summary.embedder_idle = _idle_share(summary.seconds_by_stage)
        summary.notices.extend((*self.source.notices, *self.mapping.notices))


def _idle_share(seconds: Mapping[str, float]) -> float:
    waits, works = seconds.get("embedder waits", 0.0), seconds.get("embed", 0.0)
    return waits / (waits + works) if works else 0.0


def _as_outcome(item: LoadedTask | RowOutcome) -> RowOutcome:
    return item if isinstance(item, RowOutcome) else item.outcome()
