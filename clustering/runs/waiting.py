"""Wait for what somebody else holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from catalog.errors import StoreLocked

Answer = TypeVar("Answer")

_LOOK_AGAIN = 0.5
"""Seconds between two tries."""
_log = logging.getLogger(__name__)


def retry_while_locked(
    attempt: Callable[[], Answer],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """Return what ``attempt`` returns, trying again for so long while it raises StoreLocked."""
    deadline = clock() + seconds
    is_told = False
    while True:
        try:
            return attempt()
        except StoreLocked as error:
            if clock() >= deadline:
                raise
            if not is_told:
                _log.warning("waiting up to %.0f s: %s", seconds, error)
                is_told = True
        sleep(_LOOK_AGAIN)
