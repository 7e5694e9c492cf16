"""How long each stage of the pipeline worked, and how long the embedder waited for images."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


class StageClock:
    """Adds up seconds by stage; safe to use from several threads."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time the block takes."""
        start = perf_counter()
        try:
            yield
        finally:
            self._add(stage, perf_counter() - start)

    def waiting(self, stage: str, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, adding the time it takes to get each one."""
        iterator = iter(items)
        while True:
            with self.measure(stage):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def seconds(self) -> dict[str, float]:
        """Return the seconds by stage so far."""
        with self._lock:
            return dict(self._seconds)

    def _add(self, stage: str, seconds: float) -> None:
        with self._lock:
            self._seconds[stage] += seconds
