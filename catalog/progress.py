"""Progress of long work on stderr: a bar with rate and ETA where someone watches, else lines in the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console

logger = logging.getLogger(__name__)

LINE_SECONDS = 15.0
"""So long at least is between two lines of one phase."""


class Progress(Protocol):
    """Is told of each phase of the work, and of what is done of it."""

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        """A phase begins; ``total`` units are expected where that is known."""
        ...

    def advance(self, count: int = 1) -> None:
        """So many more units are done."""
        ...

    def note(self, text: str) -> None:
        """Say beside the numbers what is worth knowing of this phase, such as what was left out."""
        ...


@contextmanager
def shown_progress(*, stays: bool = False) -> Iterator[Progress]:
    """Give a bar where someone watches stderr, else lines in the log.

    ``stays`` is whether the bar is still there when the work is done.
    """
    if not sys.stderr.isatty():
        yield Logged()
        return
    from rich.console import Console

    with Bar(Console(stderr=True), stays=stays) as bar:
        yield bar


class Silent:
    """Shows nothing."""

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        """Do nothing."""

    def advance(self, count: int = 1) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


class Logged:
    """Writes a line into the log for each phase, and now and then how far it is."""

    def __init__(self, seconds: float = LINE_SECONDS) -> None:
        """Write a line at most every so many seconds while a phase lasts."""
        self._seconds = seconds
        self._phase = self._unit = ""
        self._total: int | None = None
        self._done = 0
        self._started = self._said = monotonic()

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        """Say what begins."""
        logger.info("%s%s", phase, f" ({total} {unit})" if total else "")
        self._phase, self._unit, self._total, self._done = phase, unit, total, 0
        self._started = self._said = monotonic()

    def advance(self, count: int = 1) -> None:
        """Count, and say so now and then."""
        self._done += count
        now = monotonic()
        if now - self._said >= self._seconds:
            self._said = now
            of = f" of {self._total}" if self._total else ""
            rate = _rate(self._done / max(now - self._started, 1e-9), self._unit)
            logger.info("%s: %d%s %s, %s", self._phase, self._done, of, self._unit, rate)

    def note(self, text: str) -> None:
        """Say nothing: what is left out stands in the result."""


class Bar:
    """One line on a terminal: the phase, its bar, count, rate, ETA and note; a context manager."""

    def __init__(self, console: Console, *, stays: bool = False) -> None:
        """Draw on the console; ``stays`` is whether the line is left there at the end."""
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            transient=not stays,
        )
        self._task = self._bar.add_task("", count="", rate="", note="", visible=False)
        self._unit = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        """Begin a new bar."""
        self._unit = unit
        self._bar.reset(self._task, total=total, description=phase, visible=True)
        self._bar.update(self._task, count="", rate="", note="")

    def advance(self, count: int = 1) -> None:
        """Move the bar on."""
        task = self._bar.tasks[0]
        total = "?" if task.total is None else f"{task.total:.0f}"
        self._bar.update(
            self._task,
            advance=count,
            count=f"{task.completed + count:.0f}/{total}",
            rate=_rate(task.speed, self._unit) if task.speed else "",
        )

    def note(self, text: str) -> None:
        """Show the text at the end of the line."""
        self._bar.update(self._task, note=text)


def _rate(speed: float, unit: str) -> str:
    return f"{speed:.0f} {unit}/s"
