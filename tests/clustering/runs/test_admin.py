"""Runs are listed, compared, activated and deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import StoreLocked, UnknownName, UsageError
from catalog.store.filters import Equals
from clustering.runs.admin import Activation, activate_run, delete_run, diff_runs, list_runs
from tests.clustering.blobs import PLAN, Blobs


def test_runs_are_listed_compared_activated_and_deleted(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.cluster(replace(PLAN, k=3))
    blobs.cluster(name="second")
    listed = list_runs(blobs.stores.parts)
    assert [(entry.run.run_id, entry.state) for entry in listed] == [
        ("default@1", "kept"),
        ("default@2", "in force"),
        ("second@1", "active"),
    ]
    difference = diff_runs(blobs.stores.parts, "default@1", "default")
    assert (difference.before, difference.after) == ("default@1", "default@2")
    assert (sum(difference.moved.values()), len(difference.gone)) == (15, 1)
    assert activate_run(blobs.stores, "default@1") == Activation("default@1", 15)
    assert len(set(blobs.payload().values())) == 4
    with pytest.raises(UsageError, match="active run: make another one active first"):
        delete_run(blobs.stores, "default")
    assert delete_run(blobs.stores, "second") == "second@1"
    assert blobs.payload("second") == {}
    assert not list(blobs.stores.clusters.scan(Equals("run", "second@1")))
    with pytest.raises(UnknownName, match="default@2"):
        delete_run(blobs.stores, "second@1")
    assert blobs.cluster(name="second").run.run_id == "second@2"


def test_nothing_is_deleted_while_a_job_runs(blobs: Blobs) -> None:
    blobs.cluster()
    with (
        blobs.open().parts.exclusive("clustering"),
        pytest.raises(StoreLocked, match="under way"),
    ):
        delete_run(blobs.stores, "default@1")
