"""A run as people see it: decisions are in it, and each artefact is read once for all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.errors import UnknownName, UsageError
from catalog.store.contract import PartStore
from clustering.contract import NOISE
from clustering.report.contents import report_contents
from clustering.report.export import export
from clustering.review.lists import list_clusters, list_decisions, list_members
from clustering.review.reviewer import Reviewer
from clustering.runs.outliers import outliers_of_run
from clustering.runs.reviewed_run import ReviewedRun
from tests.clustering.blobs import Blobs, part
from tests.clustering.counting_store import CountingStore


@pytest.fixture
def decided(blobs: Blobs) -> Blobs:
    """Return a catalogue that was clustered and reviewed."""
    blobs.cluster()
    by = Reviewer(blobs.stores, "anna")
    by.rename(1, label_de="Bolzen")
    by.accept(1)
    by.exclude("P5")
    return blobs


def _number(run: ReviewedRun, number: int) -> int:
    return run.cluster_of[part(number)]


def test_decisions_are_in_what_people_see_and_not_in_what_was_made(decided: Blobs) -> None:
    run = ReviewedRun.find(decided.stores.parts)
    assert run.run_id == run.record.run_id == "default@1"
    assert [decision.action for decision in run.decisions] == ["rename", "accept", "exclude"]
    assert _number(run, 5) == NOISE
    home = run.assignment_as_made.cluster_of()[part(5)]
    assert home == _number(run, 1)
    assert (run.sizes[home], run.profiles[home].size, run.noise) == (14, 14, 1)
    assert (run.profiles[1].label_de, run.status_of(1)) == ("Bolzen", "accepted")
    assert run.status_of(home) == "proposed"
    assert [profile.cluster for profile in run.largest_first()][-1] == home


def test_a_medoid_that_was_taken_out_is_replaced_by_a_member(decided: Blobs) -> None:
    before = ReviewedRun.find(decided.stores.parts)
    home = _number(before, 0)
    (record,) = decided.stores.parts.get([before.profiles[home].medoid])
    Reviewer(decided.stores, "anna").exclude(str(record.payload["part_number"]))
    after = ReviewedRun.find(decided.stores.parts)
    assert after.profiles[home].medoid != record.id
    assert after.cluster_of[after.profiles[home].medoid] == home


def test_a_run_that_was_looked_at_stays_as_it_was(decided: Blobs) -> None:
    run = ReviewedRun.find(decided.stores.parts)
    before = dict(run.cluster_of)
    Reviewer(decided.stores, "anna").exclude("P6")
    assert run.cluster_of == before
    assert _number(ReviewedRun.find(decided.stores.parts), 6) == NOISE


def test_it_is_found_by_id_by_name_or_as_the_active_one(blobs: Blobs) -> None:
    with pytest.raises(UsageError, match="run `partscope cluster` first"):
        ReviewedRun.find(blobs.stores.parts)
    blobs.cluster()
    for name in (None, "default", "default@1"):
        assert ReviewedRun.find(blobs.stores.parts, name).run_id == "default@1"
    with pytest.raises(UnknownName, match="default@1"):
        ReviewedRun.find(blobs.stores.parts, "nightly")


LOOKS: dict[str, Callable[[PartStore, Path], object]] = {
    "report": lambda store, _: report_contents(ReviewedRun.find(store), {}),
    "export": lambda store, folder: export(ReviewedRun.find(store), folder / "parts.csv"),
    "clusters": lambda store, _: list_clusters(ReviewedRun.find(store, "default")),
    "members": lambda store, _: list_members(ReviewedRun.find(store, "default"), 1),
    "decisions": lambda store, _: list_decisions(store),
    "outliers": lambda store, _: outliers_of_run(ReviewedRun.find(store)),
}


@pytest.mark.parametrize("look", LOOKS)
def test_each_artefact_is_read_once(decided: Blobs, look: str, tmp_path: Path) -> None:
    store = CountingStore(decided.stores.parts)
    LOOKS[look](store.as_store(), tmp_path)
    assert {"run-default@1.npz", "decisions.jsonl"} <= set(store.reads)
    assert set(store.reads.values()) == {1}
