"""After a decision, payload and cluster points of every run in force say what it says."""

from __future__ import annotations

import pytest

from catalog.store.filters import Equals
from clustering.review.show_decision import show_decision
from clustering.runs.decision_log import append_decision
from clustering.runs.decisions import Decision
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.run_clusters import load_clusters
from tests.clustering.blobs import Blobs, part


@pytest.fixture
def grouped(blobs: Blobs) -> Blobs:
    blobs.cluster()
    return blobs


def _decide(blobs: Blobs, decision: Decision) -> None:
    run = ReviewedRun.find(blobs.stores.parts)
    with show_decision(blobs.stores, run):
        append_decision(blobs.stores.parts, run.decisions, decision)


def _split(*numbers: int) -> Decision:
    parts = tuple(part(number) for number in numbers)
    others = tuple(part(number) for number in (12, 16, 20))
    return Decision(1, "split", "anna", "today", cluster=40, parts=parts, others=others)


def test_a_new_cluster_is_described_by_its_members_and_spread_like_its_origin(
    grouped: Blobs,
) -> None:
    home = grouped.payload()[part(0)]
    before = load_clusters(grouped.stores.parts, "default@1")
    _decide(grouped, _split(0, 4, 8))
    after = load_clusters(grouped.stores.parts, "default@1")
    assert set(after.profiles) == {*before.profiles, 40}
    fresh, origin = after.profiles[40], before.profiles[home]
    assert (fresh.size, fresh.radius, fresh.reach) == (3, origin.radius, origin.reach)
    assert fresh.label_de
    assert set(fresh.centroids) == {"image", "name_de"}
    assert 40 in after.floors
    untouched = set(before.profiles) - {home}
    assert all(after.floors[cluster] == before.floors[cluster] for cluster in untouched)


def test_payload_and_points_follow_in_every_run_in_force(grouped: Blobs) -> None:
    grouped.cluster(name="second")
    _decide(grouped, _split(0, 4, 8))
    for name in ("default", "second"):
        assert {grouped.payload(name)[part(number)] for number in (0, 4, 8)} == {40}
        batches = grouped.stores.clusters.scan(Equals("run", f"{name}@1"))
        sizes = {
            record.payload["cluster"]: record.payload["size"]
            for batch in batches
            for record in batch
        }
        assert (sizes[40], sum(sizes.values())) == (3, 60)


def test_a_decision_that_moves_nobody_describes_nothing_anew(grouped: Blobs) -> None:
    store = grouped.stores.parts
    before = store.read_artefact("run-default@1.clusters.npz")
    members = (part(0), part(4), part(8))
    _decide(grouped, Decision(1, "reject", "anna", "today", groups=(members,)))
    assert store.read_artefact("run-default@1.clusters.npz") == before
    run = ReviewedRun.find(store)
    assert run.status_of(run.cluster_of[part(0)]) == "rejected"
