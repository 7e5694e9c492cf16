"""Watching looks again and again, survives passing trouble, and stops when told."""

from __future__ import annotations

import threading

import pytest

from catalog.errors import PartscopeError, StoreLocked
from catalog.watch import TROUBLE_SECONDS, watch


class _Pauses(threading.Event):
    """Keeps how long it was to be waited for, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        return self.is_set()


def test_it_looks_until_stopped_and_survives_passing_trouble() -> None:
    stopped = _Pauses()
    looks: list[int] = []
    troubles: list[str] = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 1:
            raise StoreLocked("busy")
        if len(looks) == 3:
            stopped.set()

    watch(look, 3600, lambda error: troubles.append(str(error)), stopped)
    assert looks == [0, 1, 2]
    assert troubles == ["busy"]
    assert stopped.pauses == [TROUBLE_SECONDS, 3600, 3600]


def test_a_watch_that_looks_often_does_not_look_less_often_after_trouble() -> None:
    stopped = _Pauses()

    def look() -> None:
        if stopped.pauses:
            stopped.set()
        raise StoreLocked("busy")

    watch(look, 5, lambda _: None, stopped)
    assert stopped.pauses == [5, 5]


def test_any_other_error_ends_it() -> None:
    def look() -> None:
        raise PartscopeError("broken for good")

    with pytest.raises(PartscopeError, match="for good"):
        watch(look, 3600, lambda _: None, _Pauses())
