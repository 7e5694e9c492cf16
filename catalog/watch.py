"""Doing something again and again: look, process what is missing, sleep; the state decides, not events."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from catalog.errors import (
    CatalogNotFound,
    StaleWrite,
    StoreLocked,
    StoreUnavailable,
    UnusableTable,
)

PASSING_TROUBLE = (CatalogNotFound, StaleWrite, StoreLocked, StoreUnavailable, UnusableTable)
"""What may be over by the next look: a busy store, or a table that is just being written."""
TROUBLE_SECONDS = 60.0
"""After trouble, the next look comes so soon at the latest."""


def watch(
    look: Callable[[], object],
    seconds: float,
    on_trouble: Callable[[Exception], None],
    stopped: threading.Event | None = None,
) -> None:
    """Call ``look`` every ``seconds`` until SIGTERM, SIGINT or ``stopped``.

    A look that is under way is finished first. Passing trouble is told to ``on_trouble`` and tried
    again soon; any other error ends the watch.
    """
    stopped = stopped or threading.Event()
    _stop_on_signals(stopped)
    while not stopped.is_set():
        pause = seconds
        try:
            look()
        except PASSING_TROUBLE as error:
            on_trouble(error)
            pause = min(seconds, TROUBLE_SECONDS)
        stopped.wait(pause)


def _stop_on_signals(stopped: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
