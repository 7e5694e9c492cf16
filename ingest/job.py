"""One ingest from table to points: what is read, what is built, and which stages run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from threading import Event, Lock
from time import perf_counter
from typing import TYPE_CHECKING

from catalog.embedding.contract import NamePair
from catalog.images.decode import DecodedImage
from catalog.images.preparation import Preparation
from catalog.opened import OpenedCatalog
from catalog.store.contract import chunked
from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.cleaner import Cleaner
from ingest.file_signatures import FileSignatures
from ingest.first_look import FirstLook
from ingest.ledger import Ledger
from ingest.outcomes import IngestSummary, RowOutcome
from ingest.pipeline.embed import Embedded, PointBuilder
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.overlap import map_in_order, run_ahead
from ingest.pipeline.plan import KnownParts, Planner
from ingest.pipeline.rare_collection import rarely_collected
from ingest.pipeline.segment import VIEWS_A_BATCH as CUT_VIEWS_A_BATCH
from ingest.pipeline.segment import SegmentStage
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, Task
from ingest.pipeline.write import Writer
from ingest.progress import IngestProgress
from ingest.report import RowReport, check_report, remove_old_reports
from ingest.view_index import ViewIndex
from segmentation.catalog_cutter import choose_cutting
from segmentation.choices import Decisions
from segmentation.cutter import Cutter
from segmentation.pictures import DEFAULT_SIDE, Pictures, decode_photo, pictures_of

if TYPE_CHECKING:
    from catalog.arrays import RgbImage
    from segmentation.catalog_cutter import ChosenCutting

VIEWS_A_BATCH = 128
"""So many views at most are embedded at once; bounds memory where parts have many views."""
BATCHES_AHEAD = 2
_TASKS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class IngestJob:
    """What one ingest works on.

    ``rows`` starts the table from the top each time; it is read twice. ``image_root`` is the folder
    or zip that references are relative to; ``read`` gets the bytes behind a reference.
    """

    catalog: OpenedCatalog
    source_name: str
    rows: Callable[[], Iterator[SourceRow | BadRow]]
    read: Callable[[str], bytes]
    image_root: Path | None = None
    views: ViewIndex | None = None
    report: Path | None = None
    clock: StageClock = field(default_factory=StageClock)

    def look(self, progress: IngestProgress, *, want_images: bool) -> FirstLook:
        """Read the table once: count its rows, collect name pairs and, if wanted, an image sample."""
        if self.report is not None:
            check_report(self.report)  # before the hours that come first
        look = FirstLook()
        progress.start("looking", None)
        with self.clock.measure("look"):
            look.read(self.rows(), self.views, progress, want_images=want_images)
        return look

    def create_catalog(self, look: FirstLook, *, next_generation: bool = False) -> OpenedCatalog:
        """Create the catalogue, or its next generation, with embedders fitted on this table."""
        former = self.catalog.manifest if next_generation else None
        prepare = self.catalog.chosen_preparation(former)
        cutting = choose_cutting(self.catalog.settings, former, partial(self._photos, look))

        def images(limit: int) -> list[RgbImage]:
            return list(islice(self._sample(look, prepare, cutting, limit), limit))

        def pairs(limit: int) -> Sequence[NamePair]:
            return list(look.pairs.pairs())[:limit]

        with self.clock.measure("fit"), rarely_collected():
            return self.catalog.create(
                images,
                pairs,
                segmentation=cutting,
                with_description=look.has_descriptions,
                next_generation=next_generation,
            )

    def run(
        self, look: FirstLook, progress: IngestProgress, *, dry_run: bool, resume: bool
    ) -> IngestSummary:
        """Bring every row into the catalogue, which exists unless this is a dry run."""
        start = perf_counter()
        summary = IngestSummary(dry_run=dry_run)
        progress.start("checking" if dry_run else "ingesting", look.rows)
        with ExitStack() as stack:
            stack.enter_context(rarely_collected())
            report = stack.enter_context(RowReport(self._report_path()))
            for outcome in self._outcomes(look, stack, dry_run=dry_run, resume=resume):
                summary.add(outcome)
                report.add(outcome)
                progress.advance(outcome)
        if self.report is None:
            remove_old_reports(report.path.parent)
        summary.report = str(report.path)
        summary.seconds_by_stage = self.clock.seconds()
        before = sum(summary.seconds_by_stage.get(stage, 0.0) for stage in ("look", "fit"))
        summary.seconds = before + perf_counter() - start
        summary.embedder_idle = _idle_share(summary.seconds_by_stage)
        return summary

    # -- the pipeline -------------------------------------------------------------------------

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
        known_parts = KnownParts(self.catalog.name, store, ledger, lock)
        planner = Planner(
            Cleaner(look.pairs),
            self.views,
            FileSignatures(self.image_root),
            known_parts,
            Decisions(store),
        )
        loaded = self._loaded(planner.plan(self._timed_rows()))
        if ledger is None:
            return (_as_outcome(item) for item in loaded)
        stopped = Event()
        batches = self._cut(self._batches(loaded), stack, stopped)
        writer = Writer(self.catalog.store, ledger, self.source_name, lock, self.clock)
        ahead = run_ahead(self._embedded(batches), BATCHES_AHEAD, stopped)
        # However this ends, no stage may still use the store when it is closed.
        stack.callback(ahead.close)
        return writer.write(ahead)

    def _timed_rows(self) -> Iterator[SourceRow | BadRow]:
        return self.clock.waiting("read", self.rows())

    def _loaded(self, tasks: Iterable[Task | RowOutcome]) -> Iterator[LoadedTask | RowOutcome]:
        loader = self._loader(self._pictures().load)

        def load(item: Task | RowOutcome) -> LoadedTask | RowOutcome:
            return item if isinstance(item, RowOutcome) else loader.load(item)

        # Handed over by the dozen: a queue costs as much as the cleaning of a short name.
        depth = 2 * self.catalog.settings.batch_size // _TASKS_AT_ONCE
        ahead = chain.from_iterable(run_ahead(chunked(tasks, _TASKS_AT_ONCE), max(1, depth)))
        return map_in_order(
            load,
            ahead,
            workers=self.workers,
            window=self._views_a_batch,
            is_light=lambda item: isinstance(item, RowOutcome) or not item.references,
        )

    def _batches(
        self, items: Iterable[LoadedTask | RowOutcome]
    ) -> Iterator[list[LoadedTask | RowOutcome]]:
        size = self.catalog.settings.batch_size
        batch: list[LoadedTask | RowOutcome] = []
        views = 0
        for item in items:
            batch.append(item)
            views += len(item.pixels) if isinstance(item, LoadedTask) else 0
            if len(batch) >= size or views >= self._views_a_batch:
                yield batch
                batch, views = [], 0
        if batch:
            yield batch

    def _cut(
        self, batches: Iterator[list[LoadedTask | RowOutcome]], stack: ExitStack, stopped: Event
    ) -> Iterator[list[LoadedTask | RowOutcome]]:
        pictures = self._pictures()
        if pictures.cutter is None:
            return batches
        stage = self._stage(pictures.cutter, pictures, stopped)
        ahead = run_ahead(map(stage.cut, batches), BATCHES_AHEAD)
        stack.callback(ahead.close)
        return ahead

    @property
    def _views_a_batch(self) -> int:
        return VIEWS_A_BATCH if self._pictures().cutter is None else CUT_VIEWS_A_BATCH

    def _embedded(
        self, batches: Iterator[list[LoadedTask | RowOutcome]]
    ) -> Iterator[list[Embedded]]:
        builder = PointBuilder(
            self.catalog.name,
            self.catalog.image_embedder,
            self.catalog.text_embedder,
            self.clock,
            frozenset(spec.name for spec in self.catalog.store.schema().vectors),
        )
        for batch in self.clock.waiting("embedder waits", batches):
            yield builder.build(batch)

    # -- parts --------------------------------------------------------------------------------

    @property
    def workers(self) -> int:
        """How many threads decode."""
        return self.catalog.settings.decode_workers or max(1, (os.cpu_count() or 2) - 1)

    def _stage(
        self,
        cutter: Cutter,
        pictures: Pictures,
        stopped: Event | None = None,
    ) -> SegmentStage:
        # No core is left to the embedder: cutting a photo takes longer than embedding it.
        workers = self.catalog.settings.decode_workers or os.cpu_count() or 1
        return SegmentStage(cutter, pictures, self.clock, workers, stopped or Event())

    def _loader(self, decode: Callable[[bytes], DecodedImage]) -> ViewLoader:
        return ViewLoader(self.read, decode, self.clock)

    def _pictures(self) -> Pictures:
        """Return the road of the catalogue; before there is one, that of an uncut one."""
        if self.catalog.exists:
            return pictures_of(self.catalog)
        return self._new_pictures(self.catalog.chosen_preparation())

    def _new_pictures(self, prepare: Preparation, cutter: Cutter | None = None) -> Pictures:
        return Pictures(prepare, DEFAULT_SIDE, self.catalog.settings.max_pixels, cutter)

    def _photos(self, look: FirstLook, limit: int) -> Iterator[RgbImage]:
        """Yield a sample of the photos as they are before they are cut."""
        decode = partial(decode_photo, max_pixels=self.catalog.settings.max_pixels)
        return look.images(self._loader(decode), limit, self.workers)

    def _sample(
        self, look: FirstLook, prepare: Preparation, cutting: ChosenCutting | None, limit: int
    ) -> Iterator[RgbImage]:
        """Yield what an embedder will be given of a sample of the views."""
        pictures = self._new_pictures(prepare, cutting.cutter if cutting else None)
        loader = self._loader(pictures.load)
        if pictures.cutter is None:
            return look.images(loader, limit, self.workers)
        photos = look.loaded(loader, limit, self.workers)
        return self._stage(pictures.cutter, pictures).of_sample(photos)

    def _ledger(self) -> Ledger:
        manifest = self.catalog.manifest
        path = ledger_path(self.catalog.settings.work_folder, manifest.generation)
        return Ledger(path, manifest.identity)

    def _report_path(self) -> Path:
        if self.report is not None:
            return self.report
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        return self.catalog.settings.work_folder / "reports" / f"ingest-{stamp}.csv"


def ledger_path(work_folder: Path, generation: int) -> Path:
    """Return where the ledger of one generation is."""
    return work_folder / f"ledger-g{generation}.sqlite"


def _idle_share(seconds: Mapping[str, float]) -> float:
    waits, works = seconds.get("embedder waits", 0.0), seconds.get("embed", 0.0)
    return waits / (waits + works) if works else 0.0


def _as_outcome(item: LoadedTask | RowOutcome) -> RowOutcome:
    return item if isinstance(item, RowOutcome) else item.outcome()
