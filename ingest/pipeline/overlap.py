"""Run stages of a streaming pipeline at the same time, bounded, in order, without losing errors."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_POLL_SECONDS = 0.1


class _End:
    """Marks the end of a stream, with the error that ended it."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def run_ahead(
    items: Iterable[T], depth: int, stopped: threading.Event | None = None
) -> Generator[T, None, None]:
    """Yield the items while a thread of its own produces the next ones, at most ``depth`` ahead.

    An error in the producer is raised here, after the items before it. Closing the iterator stops
    the producer once the item it works on is made; ``stopped`` is set before that is waited for, so
    that whoever makes it can give up.
    """
    queue: Queue[T | _End] = Queue(maxsize=depth)
    stopped = stopped or threading.Event()
    thread = threading.Thread(target=_produce, args=(items, queue, stopped), daemon=True)
    thread.start()
    try:
        while True:
            item = queue.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stopped.set()
        _drain(queue)
        thread.join()


def map_in_order(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    workers: int,
    window: int,
    is_light: Callable[[T], bool] = lambda _: False,
) -> Generator[R, None, None]:
    """Yield ``function(item)`` in order, computed by threads, at most ``window`` items ahead.

    Light items, whose work costs less than a thread's attention, do without where none waits.
    """
    pending: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        try:
            for item in items:
                if not pending and is_light(item):
                    yield function(item)
                    continue
                pending.append(pool.submit(function, item))
                if len(pending) >= window:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _produce(items: Iterable[T], queue: Queue[T | _End], stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not _put(queue, item, stopped):
                return
    except BaseException as raised:  # handed over to the consumer
        error = raised
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
        _put(queue, _End(error), stopped)


def _put(queue: Queue[T | _End], item: T | _End, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=_POLL_SECONDS)
        except Full:
            continue
        return True
    return False


def _drain(queue: Queue[T | _End]) -> None:
    while True:
        try:
            queue.get_nowait()
        except Empty:
            return
