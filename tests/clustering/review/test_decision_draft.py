"""What a reviewer asks in part and cluster numbers becomes a decision that later runs understand."""

from __future__ import annotations

import pytest

from catalog.errors import UsageError
from clustering.review.decision_draft import KNOWN_MEMBERS, DecisionDraft
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from tests.clustering.blobs import Blobs, part


@pytest.fixture
def draft(blobs: Blobs) -> DecisionDraft:
    blobs.cluster()
    return DecisionDraft(ReviewedRun.find(blobs.stores.parts))


def _members(draft: DecisionDraft, number: int) -> list[str]:
    cluster_of = draft.run.cluster_of
    return [other for other in cluster_of if cluster_of[other] == cluster_of[part(number)]]


def test_accepting_names_all_members_and_renaming_some_that_are_known(
    draft: DecisionDraft,
) -> None:
    cluster = draft.run.cluster_of[part(0)]
    accept = draft.about_cluster("accept", cluster)
    assert (accept.cluster, sorted(accept.parts)) == (cluster, sorted(_members(draft, 0)))
    rename = draft.about_cluster("rename", cluster, label_de="Bolzen")
    (group,) = rename.groups
    assert set(group) == set(_members(draft, 0))
    assert len(group) <= KNOWN_MEMBERS
    assert (rename.label_de, rename.label_en, rename.parts) == ("Bolzen", None, ())


def test_a_split_gets_a_number_that_was_never_given(draft: DecisionDraft) -> None:
    store = draft.run.store
    free = run_store.read_index(store).next_cluster
    split = draft.split(["P0", "P4"])
    assert (split.cluster, split.parts) == (free, (part(0), part(4)))
    assert not set(split.others) & set(split.parts)
    assert set(split.others) <= set(_members(draft, 0))
    assert run_store.read_index(store).next_cluster == free + 1


def test_a_move_names_where_to_by_members(draft: DecisionDraft) -> None:
    target = draft.run.cluster_of[part(1)]
    move = draft.move("P0", target)
    assert (move.parts, move.cluster) == ((part(0),), target)
    assert set(move.groups[0]) == set(_members(draft, 1))


def test_a_link_of_grouped_parts_needs_no_new_cluster(draft: DecisionDraft) -> None:
    assert draft.pair("must-link", "P0", "P1").cluster is None


def test_nothing_is_drafted_for_what_is_not_there(draft: DecisionDraft) -> None:
    with pytest.raises(UsageError, match="'P99' is not in the active run"):
        draft.exclude("P99")
    with pytest.raises(UsageError, match="there is no decision 1: there are none yet"):
        draft.undo(1)
    assert run_store.read_index(draft.run.store).next_cluster == 4
