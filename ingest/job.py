"""One ingest from table to points: what is read, what is planned, who makes the points and who writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import perf_counter

from catalog.images.view_source import ViewSource
from catalog.opened import OpenedCatalog
from catalog.progress import Progress
from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.cleaner import Cleaner
from ingest.engines.contract import Engine
from ingest.engines.local import LocalEngine
from ingest.file_signatures import FileSignatures
from ingest.first_look import FirstLook
from ingest.ledger import Ledger
from ingest.outcomes import IngestSummary, RowOutcome
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.plan import KnownParts, Planner
from ingest.pipeline.point_maker import PointMaker, views_at_once
from ingest.pipeline.rare_collection import rarely_collected
from ingest.pipeline.recipe import OpenModels
from ingest.pipeline.rows import PlannedRow
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.write import Writer
from ingest.report import RowReport, check_report, remove_old_reports
from ingest.view_index import ViewIndex
from segmentation.choices import Decisions
from segmentation.pictures import DEFAULT_SIDE, Pictures, pictures_of


@dataclass(frozen=True, slots=True)
class IngestJob:
    """What one ingest works on.

    ``rows`` starts the table from the top each time; it is read twice. ``image_root`` is the folder
    or zip that references are relative to; ``views`` reads what is behind a reference, and
    ``view_index`` knows which files belong to rows without one.
    """

    catalog: OpenedCatalog
    source_name: str
    rows: Callable[[], Iterator[SourceRow | BadRow]]
    views: ViewSource
    image_root: Path | None = None
    view_index: ViewIndex | None = None
    report: Path | None = None
    clock: StageClock = field(default_factory=StageClock)

    def look(self, progress: Progress, *, want_images: bool) -> FirstLook:
        """Read the table once: count its rows, collect name pairs and, if wanted, an image sample."""
        if self.report is not None:
            check_report(self.report)  # before the hours that come first
        look = FirstLook()
        progress.start("looking", unit="rows")
        with self.clock.measure("look"):
            look.read(self.rows(), self.view_index, progress, want_images=want_images)
        return look

    def run(
        self, look: FirstLook, progress: Progress, *, dry_run: bool, resume: bool
    ) -> IngestSummary:
        """Bring every row into the catalogue, which exists unless this is a dry run."""
        start = perf_counter()
        summary = IngestSummary(dry_run=dry_run)
        progress.start("checking" if dry_run else "ingesting", look.rows, "rows")
        with ExitStack() as stack:
            stack.enter_context(rarely_collected())
            report = stack.enter_context(RowReport(self._report_path()))
            for outcome in self._outcomes(look, stack, dry_run=dry_run, resume=resume):
                summary.add(outcome)
                report.add(outcome)
                progress.advance()
                if outcome.is_left_out:
                    progress.note(summary.left_out())
        if self.report is None:
            remove_old_reports(report.path.parent)
        summary.report = str(report.path)
        summary.seconds_by_stage = self.clock.seconds()
        before = sum(summary.seconds_by_stage.get(stage, 0.0) for stage in ("look", "fit"))
        summary.seconds = before + perf_counter() - start
        summary.embedder_idle = _idle_share(summary.seconds_by_stage)
        return summary

    @property
    def decode_workers(self) -> int:
        """How many threads decode."""
        return self.catalog.settings.decode_workers or max(1, (os.cpu_count() or 2) - 1)

    # -- the pipeline -------------------------------------------------------------------------

    def _outcomes(
        self, look: FirstLook, stack: ExitStack, *, dry_run: bool, resume: bool
    ) -> Iterator[RowOutcome]:
        lock = Lock()
        if dry_run:
            return self._checked(self._planned(look, None, lock), stack)
        ledger = stack.enter_context(self._ledger())
        if not resume:
            ledger.forget()
        maker = PointMaker(OpenModels(self.catalog), self.views, self.clock)
        engine: Engine = self._local_engine
        made = engine.run(self._planned(look, ledger, lock), maker)
        # However this ends, no stage may still use the store when it is closed.
        stack.enter_context(closing(made))
        return Writer(self.catalog.store, ledger, self.source_name, lock, self.clock).write(made)

    def _planned(self, look: FirstLook, ledger: Ledger | None, lock: Lock) -> Iterator[PlannedRow]:
        store = self.catalog.store if self.catalog.exists else None
        planner = Planner(
            Cleaner(look.pairs),
            self.view_index,
            FileSignatures(self.image_root),
            KnownParts(self.catalog.name, store, ledger, lock),
            Decisions(store),
        )
        return planner.plan(self.clock.waiting("read", self.rows()))

    def _checked(self, rows: Iterator[PlannedRow], stack: ExitStack) -> Iterator[RowOutcome]:
        """Yield what would become of the rows, as far as they can be told without embedding."""
        pictures = self._pictures()
        loader = ViewLoader(self.views.read, pictures.load, self.clock)
        ahead = views_at_once(pictures)
        loaded = stack.enter_context(self._local_engine.loaded(rows, loader.load, ahead))
        return (row.outcome for row in loaded)

    @property
    def _local_engine(self) -> LocalEngine:
        return LocalEngine(self.decode_workers, 2 * self.catalog.settings.batch_size)

    def _pictures(self) -> Pictures:
        """Return the road of the catalogue; before there is one, that of an uncut one."""
        if self.catalog.exists:
            return pictures_of(self.catalog)
        prepare = self.catalog.chosen_preparation()
        return Pictures(prepare, DEFAULT_SIDE, self.catalog.settings.max_pixels)

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
