"""Processes that are killed: everything is imported when they start, so that kills hit their work."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

_IMPORTED = [
    "clustering.job.cluster_job",
    "ingest.api",
    "partscope.commands.ingest",
    "scipy.optimize",
    "partscope.commands.segment",
    "sklearn.cluster",
    "sklearn.decomposition",
    "sklearn.metrics",
]


def started(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Return a process that makes this call; the first one waits for the imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    child = context.Process(target=target, args=arguments)
    child.start()
    return child


def seconds_of(target: Callable[..., object], *arguments: object) -> float:
    """Return how long a process takes to make this call."""
    start = time.monotonic()
    child = started(target, *arguments)
    child.join()
    assert child.exitcode == 0
    return time.monotonic() - start


def killed_after(seconds: float, target: Callable[..., object], *arguments: object) -> bool:
    """Kill a process that makes this call after so long; False where it was done before."""
    child = started(target, *arguments)
    child.join(seconds)
    was_killed = child.is_alive()
    child.kill()
    child.join()
    return was_killed
