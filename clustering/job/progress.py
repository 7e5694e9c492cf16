"""Progress of the clustering job on stderr: a bar where someone watches, else a line a step."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

logger = logging.getLogger(__name__)


class JobProgress(Protocol):
    """Is told of each step."""

    def step(self, what: str, total: int | None = None) -> None:
        """A step begins; ``total`` parts are expected where it goes part by part."""
        ...

    def advance(self, parts: int) -> None:
        """So many more parts are done."""
        ...


class Logged:
    """Writes each step into the log."""

    def step(self, what: str, total: int | None = None) -> None:
        """Say what begins."""
        logger.info("%s%s", what, f" ({total} parts)" if total else "")

    def advance(self, parts: int) -> None:
        """Count nothing."""


class Bar:
    """One line on stderr: the step, its bar with rate and ETA where it goes part by part."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", rate="", visible=False)

    def step(self, what: str, total: int | None = None) -> None:
        """Begin the next step."""
        self._progress.reset(self._task, total=total, description=what, visible=True)
        self._progress.update(self._task, rate="")

    def advance(self, parts: int) -> None:
        """Move the bar on."""
        speed = self._progress.tasks[0].speed
        rate = f"{speed:.0f} parts/s" if speed else ""
        self._progress.update(self._task, advance=parts, rate=rate)


@contextmanager
def shown_progress() -> Iterator[JobProgress]:
    """Give a bar where someone watches stderr, else lines in the log."""
    if not sys.stderr.isatty():
        yield Logged()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)
