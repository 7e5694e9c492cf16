"""Killed before any write of the job, the former run is whole; the next command puts all in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from catalog.store.filters import Equals
from clustering.contract import Plan
from clustering.job.cluster_job import ClusterJob
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import Stores, activate, recover
from tests.clustering.blobs import PLAN, Blobs, blob_points
from tests.clustering.runs.mortal_stores import Killed, mortal

OTHER_PLAN = replace(PLAN, k=3)


def _is_killed(work: Callable[[Stores], object], blobs: Blobs, lives: int) -> bool:
    try:
        work(mortal(blobs.stores, lives))
    except Killed:
        return True
    return False


def _points(blobs: Blobs, run_id: str) -> set[int]:
    batches = blobs.stores.clusters.scan(Equals("run", run_id))
    return {record.payload["cluster"] for batch in batches for record in batch}


def _check_whole(blobs: Blobs, run_id: str) -> None:
    """Record, cluster points and payload of the active run say the same of every part."""
    parts = blobs.stores.parts
    assert parts.manifest().active_run == run_id
    assigned = ReviewedRun(parts, run_id).assignment
    assert blobs.payload(run_store.name_of(run_id)) == assigned.cluster_of()
    assert _points(blobs, run_id) == set(assigned.sizes())
    assert run_store.writing(parts) is None


@pytest.mark.slow
def test_killed_before_any_of_its_writes_the_former_run_is_whole(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    deaths = 0
    for lives in count():
        if not _is_killed(lambda stores: ClusterJob(stores, OTHER_PLAN).run(), blobs, lives):
            break
        deaths += 1
        active = blobs.stores.parts.manifest().active_run
        if active != "default@1":
            break  # killed while it tidied up
        assert ReviewedRun(blobs.stores.parts, "default@1").cluster_of == before
        assert _points(blobs, "default@1") == {0, 1, 2, 3}
        assert run_store.run_ids(blobs.stores.parts) == ["default@1"]
        recover(blobs.stores)
        assert blobs.payload() == before
        _check_whole(blobs, "default@1")
    assert deaths >= 8
    recover(blobs.stores)
    run_id = blobs.stores.parts.manifest().active_run
    assert run_id is not None
    _check_whole(blobs, run_id)
    assert len(set(blobs.payload().values())) == 3


@pytest.mark.slow
def test_the_first_run_killed_leaves_nothing(blobs: Blobs) -> None:
    untouched = blobs.payloads()
    for lives in count():
        if not _is_killed(lambda stores: ClusterJob(stores, PLAN).run(), blobs, lives):
            break
        if blobs.stores.parts.manifest().active_run is None:
            recover(blobs.stores)
            assert not [name for name in blobs.stores.parts.artefacts() if name.startswith("run-")]
            assert not blobs.payload()
    assert lives >= 8
    assert set(blobs.payloads()) == set(untouched)


def test_the_next_job_succeeds_without_being_told(blobs: Blobs) -> None:
    blobs.cluster()
    assert _is_killed(lambda stores: ClusterJob(stores, OTHER_PLAN).run(), blobs, 5)
    outcome = blobs.cluster(OTHER_PLAN)
    _check_whole(blobs, outcome.run.run_id)
    assert outcome.run.run_id == "default@2"


def test_activating_an_earlier_run_can_be_killed_as_well(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.cluster(OTHER_PLAN)
    for lives in count():
        if not _is_killed(lambda stores: activate(stores, "default@1"), blobs, lives):
            break
        recover(blobs.stores)
        run_id = blobs.stores.parts.manifest().active_run
        assert run_id is not None
        _check_whole(blobs, run_id)
    _check_whole(blobs, "default@1")


def test_parts_that_the_activated_run_does_not_know_lose_their_cluster(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.stores.parts.upsert(blob_points([60]))
    blobs.cluster()
    assert len(blobs.payload()) == 61
    activate(blobs.stores, "default@1")
    _check_whole(blobs, "default@1")


def test_cluster_points_that_were_lost_are_made_from_the_records(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.stores.clusters.drop()
    blobs.cluster()
    _check_whole(blobs, "default@2")
    assert _points(blobs, "default@1") == {0, 1, 2, 3}


def test_old_runs_are_forgotten_but_never_the_one_in_force(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustering.runs.write_back.KEPT_RUNS", 2)
    for _ in range(3):
        blobs.cluster()
    blobs.cluster(name="other")
    assert run_store.run_ids(blobs.stores.parts) == ["default@2", "default@3", "other@1"]
    assert not _points(blobs, "default@1")
    activate(blobs.stores, "default@2")
    assert blobs.cluster(Plan(k=4)).run.run_id == "default@4"


def test_a_changed_part_is_the_only_one_written(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.cluster()
    blobs.stores.parts.upsert(blob_points([9], rev=2, shift=1))
    before = blobs.payloads()
    blobs.cluster()
    after = blobs.payloads()
    assert [key for key in after if after[key] != before[key]] == [
        record.id
        for batch in blobs.stores.parts.scan(Equals("part_number", "P9"))
        for record in batch
    ]
