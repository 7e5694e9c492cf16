"""Watching looks again and again, survives passing trouble, and stops when told."""

from __future__ import annotations

import threading

import pytest

from catalog.errors import PartscopeError, StoreLocked
from catalog.watch import watch


def test_it_looks_until_stopped_and_survives_passing_trouble() -> None:
    stopped = threading.Event()
    looks: list[int] = []
    troubles: list[str] = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 1:
            raise StoreLocked("busy")
        if len(looks) == 3:
            stopped.set()

    watch(look, 0.01, lambda error: troubles.append(str(error)), stopped)
    assert looks == [0, 1, 2]
    assert troubles == ["busy"]


def test_any_other_error_ends_it() -> None:
    def look() -> None:
        raise PartscopeError("broken for good")

    with pytest.raises(PartscopeError, match="for good"):
        watch(look, 0.01, lambda _: None, threading.Event())
