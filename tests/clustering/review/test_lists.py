"""Lists for reviewers: clusters with the largest first, members, decisions with their state."""

from __future__ import annotations

import pytest

from catalog.errors import UsageError
from clustering.contract import NOISE
from clustering.review.lists import list_clusters, list_decisions, list_members
from clustering.review.reviewer import Reviewer
from clustering.runs.reviewed_run import ReviewedRun
from tests.clustering.blobs import Blobs, part


@pytest.fixture
def reviewed(blobs: Blobs) -> Blobs:
    blobs.cluster()
    by = Reviewer(blobs.stores, "anna")
    by.merge([0, 1])
    by.exclude("P2", "a photo of the packaging")
    by.undo(1)
    return blobs


def test_clusters_come_with_their_numbers_labels_and_medoids(reviewed: Blobs) -> None:
    listed = list_clusters(ReviewedRun.find(reviewed.stores.parts))
    assert (listed.run_id, listed.noise) == ("default@1", 1)
    assert [cluster.size for cluster in listed.clusters] == [15, 15, 15, 14]
    assert all(cluster.medoid.startswith("P") for cluster in listed.clusters)
    assert listed.to_json()["clusters"][0]["label_de"] == listed.clusters[0].label_de


def test_members_of_no_cluster_are_listed_by_minus_one(reviewed: Blobs) -> None:
    listed = list_members(ReviewedRun.find(reviewed.stores.parts), -1)
    assert [member.part_number for member in listed.parts] == ["P2"]


def test_decisions_say_whether_they_hold(reviewed: Blobs) -> None:
    merge, exclude, undo = list_decisions(reviewed.stores.parts)
    assert [merge.state, exclude.state, undo.state] == ["taken back", "in force", "in force"]
    assert (exclude.part_numbers, exclude.decision.parts) == (("P2",), (part(2),))
    assert "groups" not in merge.to_json()
    assert merge.to_json()["parts"] == 0


def test_without_a_run_there_are_no_decisions(blobs: Blobs) -> None:
    assert list_decisions(blobs.stores.parts) == []


def test_the_parts_of_a_cluster_are_listed_medoid_first(blobs: Blobs) -> None:
    blobs.cluster()
    run = ReviewedRun.find(blobs.stores.parts)
    cluster = run.cluster_of[part(0)]
    listing = list_members(run, cluster)
    assert len(listing.parts) == 15
    medoid = next(
        listed.medoid for listed in list_clusters(run).clusters if listed.cluster == cluster
    )
    assert listing.parts[0].part_number == medoid
    assert list_members(run, NOISE).parts == ()
    with pytest.raises(UsageError, match="no cluster 99"):
        list_members(run, 99)
