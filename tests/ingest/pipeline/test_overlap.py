"""Stages overlap, stay bounded, keep order, and never lose an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Full, Queue
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pipeline.overlap import map_in_order, run_ahead

HANGS = 60
"""Seconds after which something that never comes is given up."""


@given(st.lists(st.integers(), max_size=50), st.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_order_is_kept(items: list[int], depth: int) -> None:
    assert list(run_ahead(items, depth)) == items
    doubled = map_in_order(lambda n: n * 2, items, workers=3, window=depth)
    assert list(doubled) == [n * 2 for n in items]


def test_workers_that_end_last_to_first_keep_order() -> None:
    ended = [threading.Event() for _ in range(4)]

    def work(position: int) -> int:
        if position < 3:
            assert ended[position + 1].wait(HANGS)
        if position < 4:
            ended[position].set()
        return position

    assert list(map_in_order(work, range(5), workers=4, window=5)) == [0, 1, 2, 3, 4]


@given(st.lists(st.booleans(), max_size=20))
@settings(max_examples=20, deadline=None)
def test_light_work_keeps_its_place_and_needs_no_thread_where_none_is_busy(
    are_light: list[bool],
) -> None:
    def work(item: tuple[int, bool]) -> tuple[int, str]:
        return item[0], threading.current_thread().name

    items = list(enumerate(are_light))
    done = list(map_in_order(work, items, workers=2, window=4, is_light=lambda item: item[1]))
    assert [place for place, _ in done] == list(range(len(items)))
    own = threading.current_thread().name
    first_heavy = are_light.index(False) if False in are_light else len(items)
    assert all(name == own for _, name in done[:first_heavy])
    assert all(name != own for (_, name), light in zip(done, are_light, strict=True) if not light)


def test_the_producer_stays_at_most_so_far_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    produced = 0
    far_ahead, refused = threading.Event(), threading.Event()

    class Watched(Queue[Any]):
        """Tells of an item that found no place, once the producer is so far ahead."""

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            try:
                super().put(item, block, timeout)
            except Full:
                if far_ahead.is_set():
                    refused.set()
                raise

    def numbers() -> Iterator[int]:
        nonlocal produced
        for n in range(100):
            produced += 1
            if produced == 1 + 3 + 1:
                far_ahead.set()
            yield n

    monkeypatch.setattr("ingest.pipeline.overlap.Queue", Watched)
    ahead = run_ahead(numbers(), 3)
    next(ahead)
    assert refused.wait(HANGS)
    assert produced == 1 + 3 + 1  # taken, waiting in the queue, in the producer's hand
    ahead.close()


def test_an_error_comes_after_the_items_before_it() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third is broken")

    seen: list[int] = []
    with pytest.raises(ValueError, match="third"):
        seen.extend(run_ahead(numbers(), 10))
    assert seen == [1, 2]


def test_an_error_in_a_worker_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(lambda n: 1 // n, [1, 0], workers=2, window=2))


def test_closing_stops_the_producer_and_its_source() -> None:
    closed = threading.Event()

    def numbers() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    ahead = run_ahead(numbers(), 2)
    next(ahead)
    ahead.close()
    assert closed.is_set()
    assert not [t for t in threading.enumerate() if t.name.startswith("Thread-") and t.is_alive()]


def test_who_makes_the_next_item_is_told_that_nobody_waits_for_it() -> None:
    stopped, made = threading.Event(), []

    def numbers() -> Iterator[int]:
        yield 1
        made.append(stopped.wait(HANGS))
        yield 2

    ahead = run_ahead(numbers(), 2, stopped)
    next(ahead)
    ahead.close()
    assert made == [True]


def test_stages_run_side_by_side() -> None:
    """The next item is made while one is worked on: only then do both meet."""
    both = threading.Barrier(2)

    def numbers() -> Iterator[int]:
        yield 0
        for n in range(1, 5):
            both.wait(HANGS)
            yield n

    for n in run_ahead(numbers(), 2):
        if n < 4:
            both.wait(HANGS)
    assert not both.broken
