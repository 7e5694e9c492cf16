"""The clustering job against a real server: the same groups as on Edge, one job at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import StoreLocked
from catalog.store.filters import Equals
from clustering.job.cluster_job import ClusterJob
from clustering.review.reviewer import Reviewer
from clustering.runs import run_store
from clustering.runs.admin import delete_run, list_runs
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import recover
from tests.clustering.blobs import PLAN, Blobs, blob_points, part
from tests.clustering.runs.mortal_stores import Killed, mortal
from tests.stores import edge_place, server_place, unique_catalog


@pytest.fixture
def blobs(server_url: str, tmp_path: Path) -> Iterator[Blobs]:
    with server_place(tmp_path, server_url) as place:
        blobs = Blobs(place, unique_catalog())
        blobs.create(60)
        yield blobs


def test_the_server_groups_as_edge_does(blobs: Blobs, tmp_path: Path) -> None:
    with edge_place(tmp_path / "edge") as place:
        on_edge = Blobs(place, unique_catalog())
        on_edge.create(60)
        outcomes = [catalogue.cluster() for catalogue in (blobs, on_edge)]
        assert blobs.payload() == on_edge.payload()
    assert [outcome.changed for outcome in outcomes] == [60, 60]
    before = blobs.payloads()
    assert blobs.cluster().changed == 0
    assert blobs.payloads() == before
    blobs.stores.parts.upsert(blob_points([60]))
    assert (blobs.cluster().run.grouped, blobs.payload()[part(60)]) == (
        "placed",
        blobs.payload()[part(0)],
    )


def test_cluster_points_can_be_filtered_and_go_with_their_run(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.cluster(replace(PLAN, k=3))
    assert blobs.stores.clusters.count(Equals("run", "default@1")) == 4
    cluster = Counter(blobs.payload().values()).most_common(1)[0][0]
    assert blobs.stores.parts.count(Equals("clusters.default", cluster)) == 30
    delete_run(blobs.stores, "default@1")
    assert blobs.stores.clusters.count(Equals("run", "default@1")) == 0
    assert [entry.run.run_id for entry in list_runs(blobs.stores.parts)] == ["default@2"]


def test_two_clients_never_run_the_job_at_once(blobs: Blobs) -> None:
    refused = pytest.raises(StoreLocked, match="clustering is under way already")
    with blobs.stores.parts.exclusive("clustering"), refused:
        Blobs(blobs.place, blobs.catalog).cluster()
    assert blobs.cluster().run.run_id == "default@1"


def test_a_killed_job_leaves_the_former_run(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    for lives in (1, 4, 6):
        with pytest.raises(Killed):
            ClusterJob(mortal(blobs.stores, lives), replace(PLAN, k=3)).run()
        assert run_store.active_id(blobs.stores.parts) == "default@1"
        assert ReviewedRun(blobs.stores.parts, "default@1").cluster_of == before
    recover(blobs.stores)
    assert blobs.payload() == before


def test_decisions_are_shown_and_taken_back(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    by = Reviewer(blobs.stores, "anna")
    by.merge(sorted(set(before.values()))[:2])
    by.exclude("P7")
    assert len(set(blobs.payload().values()) - {-1}) == 3
    by.undo(1)
    by.undo(2)
    assert blobs.payload() == before
