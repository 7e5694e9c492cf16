"""Progress on stderr: a bar with rate and ETA where someone watches, else a line now and then."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from ingest.outcomes import RowOutcome

if TYPE_CHECKING:
    from rich.progress import Progress

logger = logging.getLogger(__name__)

_LINE_SECONDS = 15.0


@contextmanager
def shown_progress() -> Iterator[IngestProgress]:
    """Give a bar where someone watches stderr, else lines in the log."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    with Bar() as bar:
        yield bar


class IngestProgress(Protocol):
    """Is told of each phase and row."""

    def start(self, phase: str, total: int | None) -> None:
        """A phase begins; ``total`` rows are expected where that is known."""
        ...

    def advance(self, row: RowOutcome | None = None) -> None:
        """One more row is done."""
        ...


class Silent:
    """Shows nothing, but logs a line now and then."""

    def __init__(self) -> None:
        self._phase = ""
        self._done = 0
        self._total: int | None = None
        self._started = self._said = monotonic()

    def start(self, phase: str, total: int | None) -> None:
        """Note the phase."""
        self._phase, self._done, self._total = phase, 0, total
        self._started = self._said = monotonic()

    def advance(self, row: RowOutcome | None = None) -> None:  # noqa: ARG002
        """Count the row and say so now and then."""
        self._done += 1
        now = monotonic()
        if now - self._said >= _LINE_SECONDS:
            self._said = now
            rate = self._done / (now - self._started)
            of = f" of {self._total}" if self._total else ""
            logger.info("%s: %d%s rows, %.0f rows/s", self._phase, self._done, of, rate)


class Bar:
    """A rich progress bar on stderr with rate, ETA and what was left out; a context manager."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[left_out]}"),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("", rate="", left_out="", visible=False)
        self._skipped = self._failed = self._images_failed = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def start(self, phase: str, total: int | None) -> None:
        """Begin a new bar."""
        self._bar.reset(self._task, total=total, description=phase, visible=True)
        self._bar.update(self._task, rate="", left_out="")

    def advance(self, row: RowOutcome | None = None) -> None:
        """Move the bar on by one row."""
        if row is not None:
            self._skipped += row.outcome == "skipped"
            self._failed += row.outcome == "failed"
            self._images_failed += row.images_failed
        speed = self._bar.tasks[0].speed
        self._bar.update(
            self._task,
            advance=1,
            rate=f"{speed:.0f} rows/s" if speed else "",
            left_out=self._left_out(),
        )

    def _left_out(self) -> str:
        counts = {
            "skipped": self._skipped,
            "failed": self._failed,
            "bad images": self._images_failed,
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
