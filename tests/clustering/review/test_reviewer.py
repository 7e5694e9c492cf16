"""Decisions on a real catalogue: shown at once, kept by later runs, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from catalog.errors import UsageError
from catalog.store.filters import Equals
from clustering.contract import NOISE
from clustering.job.cluster_job import ClusterJob
from clustering.review.lists import list_decisions
from clustering.review.reviewer import Reviewer
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.write_back import recover
from tests.clustering.blobs import PLAN, Blobs, blob_points, part
from tests.clustering.job.meanwhile import Meanwhile
from tests.clustering.runs.mortal_stores import Killed, mortal

ANEW = replace(PLAN, seed=7)
"""Groups anew."""


@pytest.fixture
def grouped(blobs: Blobs) -> Blobs:
    """Return a catalogue that was clustered: the parts of kind n by turns, each kind a cluster."""
    blobs.cluster()
    return blobs


def _by(blobs: Blobs, who: str = "anna") -> Reviewer:
    return Reviewer(blobs.stores, who)


def _cluster_of(blobs: Blobs, number: int) -> int:
    return blobs.payload()[part(number)]


def _status(blobs: Blobs, cluster: int) -> str:
    return ReviewedRun.find(blobs.stores.parts).status_of(cluster)


def _point(blobs: Blobs, cluster: int) -> dict[str, object]:
    active = run_store.active_id(blobs.stores.parts)
    for batch in blobs.stores.clusters.scan(Equals("run", active)):
        for record in batch:
            if record.payload["cluster"] == cluster:
                return record.payload
    raise AssertionError(f"no point of cluster {cluster}")


@pytest.mark.slow
def test_a_moved_part_is_in_its_new_cluster_at_once_and_in_every_later_run(both: Blobs) -> None:
    both.cluster()
    home, other = _cluster_of(both, 0), _cluster_of(both, 1)
    decision = _by(both).move("P0", other, "it is a bearing")
    assert (decision.number, decision.who, decision.why) == (1, "anna", "it is a bearing")
    assert _cluster_of(both, 0) == other
    assert (_point(both, home)["size"], _point(both, other)["size"]) == (14, 16)
    assert both.cluster().changed == 0
    both.cluster(ANEW)
    assert _cluster_of(both, 0) == other
    both.cluster(replace(PLAN, k=4), name="another name")
    assert both.payload("another name")[part(0)] == other
    _by(both).undo(1)
    assert _cluster_of(both, 0) == home
    assert both.payload("another name")[part(0)] == home


def test_an_excluded_part_stays_out_of_every_run(grouped: Blobs) -> None:
    _by(grouped).exclude("P5", "a photo of the packaging")
    assert _cluster_of(grouped, 5) == NOISE
    grouped.stores.parts.upsert(blob_points([5], rev=2))
    grouped.cluster()
    grouped.cluster(ANEW)
    assert _cluster_of(grouped, 5) == NOISE


def test_merged_clusters_stay_merged(grouped: Blobs) -> None:
    first, second = _cluster_of(grouped, 0), _cluster_of(grouped, 1)
    _by(grouped).merge([first, second])
    grouped.cluster(ANEW)
    assert {_cluster_of(grouped, number) for number in (0, 1, 4, 5)} == {first}
    assert _point(grouped, first)["size"] == 30
    _by(grouped).undo(1)
    assert _cluster_of(grouped, 1) == second
    assert _point(grouped, second)["size"] == 15


def test_a_split_makes_a_cluster_with_a_label_and_new_parts_find_it(grouped: Blobs) -> None:
    home = _cluster_of(grouped, 0)
    decision = _by(grouped).split([f"P{number}" for number in (0, 4, 8)], "short ones")
    fresh = decision.cluster
    assert fresh == 4
    assert {_cluster_of(grouped, number) for number in (0, 4, 8)} == {fresh}
    point = _point(grouped, fresh)
    assert point["size"] == 3
    assert point["label_de"]
    grouped.cluster(ANEW)
    assert {_cluster_of(grouped, number) for number in (0, 4, 8)} == {fresh}
    assert _cluster_of(grouped, 12) == home
    grouped.cluster(replace(ANEW, k=6))
    assert fresh not in {cluster for cluster in grouped.payload().values() if cluster > 4}


def test_names_and_status_survive(grouped: Blobs) -> None:
    cluster, other = _cluster_of(grouped, 0), _cluster_of(grouped, 1)
    by = _by(grouped)
    by.rename(cluster, label_de="Bolzen")
    by.accept(cluster)
    by.reject(other)
    grouped.cluster(ANEW)
    shown = _point(grouped, cluster)
    assert (shown["label_de"], shown["status"]) == ("Bolzen", "accepted")
    assert str(shown["label_en"]).lower().startswith("hexagon bolt")
    assert _status(grouped, other) == "rejected"


def test_an_accepted_cluster_is_not_torn_apart(grouped: Blobs) -> None:
    cluster = _cluster_of(grouped, 0)
    _by(grouped).accept(cluster)
    grouped.cluster(replace(PLAN, k=2))
    assert {_cluster_of(grouped, number) for number in range(0, 60, 4)} == {cluster}
    assert sum(label == cluster for label in grouped.payload().values()) == 15


def test_links_hold(grouped: Blobs) -> None:
    home, other = _cluster_of(grouped, 0), _cluster_of(grouped, 1)
    _by(grouped).link("P1", "P0")
    assert _cluster_of(grouped, 0) == other
    with pytest.raises(UsageError, match=r"decision 1 .* review undo 1"):
        _by(grouped).unlink("P0", "P1")
    _by(grouped).undo(1)
    _by(grouped).unlink("P4", "P8")
    grouped.cluster(ANEW)
    assert (_cluster_of(grouped, 4), _cluster_of(grouped, 8)) == (home, NOISE)
    _by(grouped).exclude("P1")
    link = _by(grouped).link("P8", "P1")
    assert _cluster_of(grouped, 8) == _cluster_of(grouped, 1) == link.cluster


def test_a_decision_reaches_every_run_in_force(grouped: Blobs) -> None:
    grouped.cluster(name="second")
    _by(grouped).exclude("P3")
    assert grouped.payload()[part(3)] == grouped.payload("second")[part(3)] == NOISE


def test_the_log_tells_who_what_when_why_and_what_holds(grouped: Blobs) -> None:
    _by(grouped).exclude("P3", "broken")
    _by(grouped, "berta").undo(1, "was mended")
    _by(grouped).accept(_cluster_of(grouped, 0))
    grouped.stores.parts.delete([part(number) for number in range(0, 60, 4)])
    grouped.cluster()
    first, second, third = list_decisions(grouped.stores.parts)
    assert (first.decision.who, first.decision.why) == ("anna", "broken")
    assert first.part_numbers == ("P3",)
    assert first.decision.when.endswith("+00:00")
    assert (second.decision.who, second.decision.undoes) == ("berta", 1)
    assert [entry.state for entry in (first, second, third)] == [
        "taken back",
        "in force",
        "dormant",
    ]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda by: by.move("nowhere", 1), "'nowhere' is not in the active run"),
        (lambda by: by.move("P0", 77), "no cluster 77; it has 0, 1, 2, 3"),
        (lambda by: by.accept(-1), "no cluster -1"),
        (lambda by: by.merge([1]), "two or more different clusters"),
        (lambda by: by.merge([1, 1]), "two or more different clusters"),
        (lambda by: by.split(["P0", "P1"]), "must be in one cluster; got 2 parts in cluster"),
        (lambda by: by.split([]), "give different part numbers"),
        (lambda by: by.split([f"P{n}" for n in range(0, 60, 4)]), "leave nothing in cluster"),
        (lambda by: by.link("P0", "P0"), "different part numbers"),
        (lambda by: by.rename(1), "must have text"),
        (lambda by: by.undo(3), "no decision 3: there are none yet"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_not_logged(
    grouped: Blobs, ask: Callable[[Reviewer], object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        ask(_by(grouped))
    assert _by(grouped).log() == []


def test_undoing_twice_is_refused_and_moving_home_as_well(grouped: Blobs) -> None:
    with pytest.raises(UsageError, match="already"):
        _by(grouped).move("P0", _cluster_of(grouped, 0))
    _by(grouped).exclude("P3")
    _by(grouped).undo(1)
    with pytest.raises(UsageError, match="taken back already"):
        _by(grouped).undo(1)
    _by(grouped).undo(2)
    assert _cluster_of(grouped, 3) == NOISE


def test_without_a_run_there_is_nothing_to_review(blobs: Blobs) -> None:
    with pytest.raises(UsageError, match="partscope cluster"):
        _by(blobs).exclude("P1")


def test_killed_while_deciding_the_log_and_what_is_seen_agree(grouped: Blobs) -> None:
    other = _cluster_of(grouped, 1)
    for lives in count():
        try:
            Reviewer(mortal(grouped.stores, lives), "anna").move("P0", other)
        except Killed:
            recover(grouped.stores)
            seen = ReviewedRun(grouped.stores.parts, "default@1")
            assert grouped.payload() == seen.cluster_of
            if _by(grouped).log():
                break
        else:
            pytest.fail("it was never killed after the decision was kept")
    assert _cluster_of(grouped, 0) == other


def test_a_decision_made_while_the_job_computes_is_in_its_result(grouped: Blobs) -> None:
    other = _cluster_of(grouped, 1)
    grouped.stores.close()

    def decide() -> None:
        _by(Blobs(grouped.place, grouped.catalog)).move("P0", other)

    outcome = ClusterJob(grouped.stores, ANEW, "default", Meanwhile(decide)).run()
    assert outcome.run.grouped == "anew"
    assert _cluster_of(grouped, 0) == other
