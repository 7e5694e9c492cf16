"""The job killed at any moment: the run before stays active and complete, the next one succeeds."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from catalog.store.edge.store import EdgeStore
from catalog.store.filters import Equals
from clustering.job.cluster_job import ClusterJob
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import Stores
from tests.clustering.blobs import PLAN, Blobs
from tests.stores import edge_place

PARTS = 600
KILLS = 20


def cluster(folder: Path, k: int) -> None:
    """Run the job; this is what is killed."""
    parts = EdgeStore(folder, "killed", reserve_bytes=0)
    companion = EdgeStore(folder, "killed.clusters", reserve_bytes=0)
    ClusterJob(Stores(parts, companion), replace(PLAN, k=k)).run()


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    # Each child starts with everything imported: kills hit the job, not the start of Python.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["sklearn.cluster", "sklearn.metrics", "sklearn.decomposition", "scipy.optimize", __name__]
    )
    return context


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[Blobs]:
    with edge_place(tmp_path) as place:
        blobs = Blobs(place, "killed")
        blobs.create(PARTS)
        yield blobs


@pytest.mark.slow
def test_twenty_kills_leave_the_former_run_whole(
    blobs: Blobs, tmp_path: Path, context: ForkServerContext
) -> None:
    choose = random.Random(4)
    blobs.cluster()
    for k in (5, 6):  # the first one starts the fork server
        whole = _timed(context, tmp_path, blobs, k)
    active, record = _active(blobs), _record(blobs)
    killed = attempt = 0
    while killed < KILLS:
        attempt += 1
        child = context.Process(target=cluster, args=(tmp_path, 3 + attempt % 2))
        child.start()
        child.join(choose.uniform(0.05, 1.0) * whole)
        killed += child.is_alive()
        whole *= 1.0 if child.is_alive() else 0.8  # the machine is faster than it was
        child.kill()
        child.join()
        if _active(blobs) != active:  # it was done, but for tidying up
            active, record = _active(blobs), _record(blobs)
        assert _record(blobs) == record
        assert _clusters_shown(blobs, active) == set(record.values()) - {-1}
        blobs.stores.close()
    outcome = blobs.cluster(replace(PLAN, k=6))
    assert outcome.run.counts.n_clusters == 6
    assert blobs.payload() == _record(blobs)
    assert run_store.writing(blobs.stores.parts) is None
    assert blobs.stores.parts.count() == PARTS


def _timed(context: ForkServerContext, folder: Path, blobs: Blobs, k: int) -> float:
    blobs.stores.close()
    started = time.monotonic()
    child = context.Process(target=cluster, args=(folder, k))
    child.start()
    child.join()
    assert child.exitcode == 0
    return time.monotonic() - started


def _active(blobs: Blobs) -> str:
    active = blobs.stores.parts.manifest().active_run
    assert active is not None
    return active


def _record(blobs: Blobs) -> dict[str, int]:
    return dict(ReviewedRun(blobs.stores.parts, _active(blobs)).cluster_of)


def _clusters_shown(blobs: Blobs, run_id: str) -> set[int]:
    batches = blobs.stores.clusters.scan(Equals("run", run_id))
    return {record.payload["cluster"] for batch in batches for record in batch}
