"""The named locks of a catalogue that clustering takes, always in this order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from catalog.store.contract import PartStore
from clustering.runs.waiting import retry_while_locked

JOB = "clustering"
"""Held by the job from its first look to its end."""
REVIEW = "review"
"""Held by whoever writes what people see: a decision, an activation, a job's results."""
REVIEW_PATIENCE = 120.0
"""Seconds: writing back is short, computing is done without this lock."""


@contextmanager
def reviewing(store: PartStore) -> Iterator[None]:
    """Be the only one who writes what people see; waits for whoever is doing so."""
    with ExitStack() as stack:
        retry_while_locked(lambda: stack.enter_context(store.exclusive(REVIEW)), REVIEW_PATIENCE)
        yield
