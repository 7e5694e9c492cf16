from __future__ import annotations

import time
from pathlib import Path
from queue import Queue
from threading import Event, Semaphore

import pytest
from qdrant_client import QdrantClient

from catalog.errors import StaleWrite, StoreLocked
from catalog.store.server.artefacts import ServerArtefacts
from catalog.store.server.connection import ServerConnection
from catalog.store.server.lease import ServerLease


@pytest.fixture
def artefacts(tmp_path: Path) -> ServerArtefacts:
    connection = ServerConnection(":memory:", client=QdrantClient(":memory:"))
    return ServerArtefacts(connection, "test.artefacts")


class _Clock(Event):
    """Time that passes only when a test says so; who waits for it waits for the test."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self._waiting: Queue[float | None] = Queue()
        self._over = Semaphore(0)

    def __call__(self) -> float:
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        self._waiting.put(timeout)
        self._over.acquire()
        return self.is_set()

    def set(self) -> None:
        super().set()
        self._over.release()

    def until_renewal(self) -> None:
        """Let the time pass that the holder waits, which is about to renew then."""
        self.now += self._waiting.get(timeout=60) or 0.0

    def renew(self) -> None:
        """Let the holder renew."""
        self._over.release()


def _killed(artefacts: ServerArtefacts, seconds: float, clock: _Clock) -> ServerLease:
    """Return a lease that was taken and is neither renewed nor freed."""
    lease = ServerLease(artefacts, "cluster", seconds, clock=clock)
    lease._take()
    return lease


def test_a_living_holder_is_renewed_beyond_its_time(artefacts: ServerArtefacts) -> None:
    clock = _Clock()
    start = clock()
    with ServerLease(artefacts, "cluster", 100, clock=clock, stopped=clock).held() as lease:
        while clock() <= start + 300:
            clock.until_renewal()
            lease.check()
            with pytest.raises(StoreLocked, match="this very process"):
                ServerLease(artefacts, "cluster", 100, clock=clock).held().__enter__()
            clock.renew()


def test_a_killed_holder_is_forgotten_and_cannot_come_back(artefacts: ServerArtefacts) -> None:
    clock = _Clock()
    killed = _killed(artefacts, 100, clock)
    killed.check()
    clock.now += 99
    with pytest.raises(StoreLocked):
        ServerLease(artefacts, "cluster", clock=clock).held().__enter__()
    clock.now += 2
    with ServerLease(artefacts, "cluster", clock=clock).held() as lease:
        lease.check()
        with pytest.raises(StaleWrite, match="run it again"):
            killed.check()
        killed._write(killed._token)  # its late sign of life changes nothing
        lease.check()
    assert artefacts.holder("cluster") is None


def test_of_two_that_saw_a_dead_holder_one_gets_it(artefacts: ServerArtefacts) -> None:
    _killed(artefacts, 0.0, _Clock())
    first, second = ServerLease(artefacts, "cluster"), ServerLease(artefacts, "cluster")
    dead = artefacts.holder("cluster")
    assert dead is not None
    first._write(dead.token)
    second._write(dead.token)
    first.check()
    with pytest.raises(StaleWrite):
        second.check()


def test_stopping_the_renewal_does_not_wait_for_the_next_one(artefacts: ServerArtefacts) -> None:
    started = time.monotonic()
    with ServerLease(artefacts, "cluster", 3600).held():
        pass
    assert time.monotonic() - started < 60  # the next one is due after a quarter of an hour
