"""The job killed at any moment: the run before stays active and complete, the next one succeeds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.store.edge.store import EdgeStore
from catalog.store.filters import Equals
from clustering.job.cluster_job import ClusterJob
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import Stores
from tests.clustering.blobs import PLAN, Blobs
from tests.e2e.children import killed_after, seconds_of
from tests.stores import edge_place

PARTS = 600
KILLS = 20


def cluster(folder: Path, k: int) -> None:
    """Run the job; this is what is killed."""
    parts = EdgeStore(folder, "killed", reserve_bytes=0)
    companion = EdgeStore(folder, "killed.clusters", reserve_bytes=0)
    ClusterJob(Stores(parts, companion), replace(PLAN, k=k)).run()


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[Blobs]:
    with edge_place(tmp_path) as place:
        blobs = Blobs(place, "killed")
        blobs.create(PARTS)
        yield blobs


@pytest.mark.slow
def test_twenty_kills_leave_the_former_run_whole(blobs: Blobs, tmp_path: Path) -> None:
    choose = random.Random(4)
    blobs.cluster()
    blobs.stores.close()
    for k in (5, 6):  # the first one takes longer to start
        whole = seconds_of(cluster, tmp_path, k)
    active, record = _active(blobs), _record(blobs)
    killed = attempt = 0
    while killed < KILLS:
        attempt += 1
        if killed_after(choose.uniform(0.05, 1.0) * whole, cluster, tmp_path, 3 + attempt % 2):
            killed += 1
        else:
            whole *= 0.8  # the machine is faster than it was
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


def _active(blobs: Blobs) -> str:
    active = blobs.stores.parts.manifest().active_run
    assert active is not None
    return active


def _record(blobs: Blobs) -> dict[str, int]:
    return dict(ReviewedRun(blobs.stores.parts, _active(blobs)).cluster_of)


def _clusters_shown(blobs: Blobs, run_id: str) -> set[int]:
    batches = blobs.stores.clusters.scan(Equals("run", run_id))
    return {record.payload["cluster"] for batch in batches for record in batch}
