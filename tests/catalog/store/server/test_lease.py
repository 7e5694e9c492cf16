from __future__ import annotations

import time
from pathlib import Path

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


def _killed(artefacts: ServerArtefacts, seconds: float) -> ServerLease:
    """Return a lease that was taken and is neither renewed nor freed."""
    lease = ServerLease(artefacts, "cluster", seconds)
    lease._take()
    return lease


def test_a_living_holder_is_renewed_beyond_its_time(artefacts: ServerArtefacts) -> None:
    with ServerLease(artefacts, "cluster", 0.4).held() as lease:
        time.sleep(0.7)
        lease.check()
        with pytest.raises(StoreLocked, match="this very process"):
            ServerLease(artefacts, "cluster", 0.4).held().__enter__()


def test_a_killed_holder_is_forgotten_and_cannot_come_back(artefacts: ServerArtefacts) -> None:
    killed = _killed(artefacts, 0.05)
    killed.check()
    time.sleep(0.06)
    with ServerLease(artefacts, "cluster").held() as lease:
        lease.check()
        with pytest.raises(StaleWrite, match="run it again"):
            killed.check()
        killed._write(killed._token)  # its late sign of life changes nothing
        lease.check()
    assert artefacts.holder("cluster") is None


def test_of_two_that_saw_a_dead_holder_one_gets_it(artefacts: ServerArtefacts) -> None:
    _killed(artefacts, 0.0)
    first, second = ServerLease(artefacts, "cluster"), ServerLease(artefacts, "cluster")
    seen = str((artefacts.holder("cluster") or {})["token"])
    first._write(seen)
    second._write(seen)
    first.check()
    with pytest.raises(StaleWrite):
        second.check()


def test_stopping_the_renewal_does_not_wait_for_the_next_one(artefacts: ServerArtefacts) -> None:
    started = time.monotonic()
    with ServerLease(artefacts, "cluster", 3600).held():
        pass
    assert time.monotonic() - started < 5
