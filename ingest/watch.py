"""Watching a table: look, compare, process what is missing, sleep; the state decides, not events."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from partscope.errors import StoreLocked, StoreUnavailable, UnusableTable

PASSING_TROUBLE = (StoreLocked, StoreUnavailable, UnusableTable)
"""What may be over by the next look: a busy store, or a table that is just being written."""


def watch(
    look: Callable[[], object],
    seconds: float,
    on_trouble: Callable[[Exception], None],
    stopped: threading.Event | None = None,
) -> None:
    """Call ``look`` every ``seconds`` until SIGTERM, SIGINT or ``stopped``.

    A look that is under way is finished first. Passing trouble is told to ``on_trouble`` and the
    next look tries again; any other error ends the watch.
    """
    stopped = stopped or threading.Event()
    _stop_on_signals(stopped)
    while not stopped.is_set():
        try:
            look()
        except PASSING_TROUBLE as error:
            on_trouble(error)
        stopped.wait(seconds)


def _stop_on_signals(stopped: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
