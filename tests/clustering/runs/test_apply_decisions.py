from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.contract import NOISE, Labels
from clustering.runs.apply_decisions import DecidedClusters, apply_decisions
from clustering.runs.decisions import Decision, in_force

PARTS = [f"p{number}" for number in range(10)]
LABELS = [0, 0, 0, 0, 1, 1, 1, 2, 2, NOISE]


def decide(number: int, action: Any, **values: Any) -> Decision:
    return Decision(number, action, "anna", "2026-11-24T09:00:00+00:00", **values)


def review(decisions: Sequence[Decision], labels: Sequence[int] = LABELS) -> DecidedClusters:
    return apply_decisions(PARTS, np.array(labels, dtype=np.int32), decisions)


def clusters(decisions: Sequence[Decision], labels: Sequence[int] = LABELS) -> list[int]:
    numbers: list[int] = review(decisions, labels).clusters.tolist()
    return numbers


MOVE = decide(1, "move", parts=("p0",), groups=(("p4", "p5"),))


def test_nothing_decided_changes_nothing() -> None:
    before: Labels = np.array(LABELS, dtype=np.int32)
    after = apply_decisions(PARTS, before, [MOVE])
    assert before.tolist() == LABELS
    assert after.clusters.tolist() != LABELS
    assert clusters([]) == LABELS


def test_a_part_moves_to_where_the_known_members_are_now() -> None:
    assert clusters([MOVE]) == [1, 0, 0, 0, 1, 1, 1, 2, 2, NOISE]
    renumbered = [7, 7, 7, 7, 3, 3, 3, 9, 9, NOISE]
    assert clusters([MOVE], renumbered) == [3, 7, 7, 7, 3, 3, 3, 9, 9, NOISE]


def test_a_move_to_a_cluster_that_is_no_more_sleeps() -> None:
    torn = [0, 0, 0, 0, 4, 5, 6, 2, 2, NOISE]
    reviewed = review([decide(3, "move", parts=("p0",), groups=(("p4", "p5", "p6"),))], torn)
    assert reviewed.clusters.tolist() == torn
    assert reviewed.dormant == [3]


def test_an_excluded_part_stays_out() -> None:
    assert clusters([decide(1, "exclude", parts=("p5", "unknown"))])[5] == NOISE


def test_clusters_are_merged_into_the_first() -> None:
    merge = decide(1, "merge", groups=(("p0", "p1"), ("p4", "p5"), ("p7",)))
    assert clusters([merge]) == [0] * 9 + [NOISE]
    assert clusters([merge], [0] * 9 + [NOISE]) == [0] * 9 + [NOISE]


def test_a_split_takes_its_parts_out_even_if_they_are_most() -> None:
    split = decide(1, "split", cluster=40, parts=("p0", "p1", "p2"), others=("p3",))
    assert clusters([split]) == [40, 40, 40, 0, 1, 1, 1, 2, 2, NOISE]


def test_a_later_run_that_finds_the_split_itself_gives_it_its_new_parts() -> None:
    split = decide(1, "split", cluster=40, parts=("p0", "p1", "p2"), others=("p4",))
    assert clusters([split], [5, 5, 5, 5, 1, 1, 1, 2, 2, NOISE])[:5] == [40, 40, 40, 40, 1]


def test_linked_parts_go_together_and_where_none_is_grouped_into_a_new_cluster() -> None:
    assert clusters([decide(1, "must-link", parts=("p4", "p0"))])[0] == 1
    assert clusters([decide(1, "must-link", parts=("p9", "p7"))])[9] == 2
    lonely = [NOISE] * 10
    assert clusters([decide(1, "must-link", parts=("p1", "p2"), cluster=9)], lonely)[:3] == [
        NOISE,
        9,
        9,
    ]


def test_parts_that_cannot_be_together_are_parted() -> None:
    cannot = decide(1, "cannot-link", parts=("p0", "p1"))
    assert clusters([cannot])[:3] == [0, NOISE, 0]
    apart = [0, 1, 0, 0, 1, 1, 1, 2, 2, NOISE]
    assert clusters([cannot], apart) == apart


def test_an_accepted_cluster_stays_as_it_was_checked() -> None:
    accept = decide(1, "accept", cluster=0, parts=("p0", "p1", "p2", "p3"))
    assert review([accept]).statuses == {0: "accepted"}
    torn = [0, 0, 8, 8, 8, 8, 8, 2, 2, 0]
    assert clusters([accept], torn) == [0, 0, 0, 0, 8, 8, 8, 2, 2, 0]
    renumbered = [6, 6, 6, 6, 1, 1, 1, 2, 2, 6]
    assert clusters([accept], renumbered) == [0, 0, 0, 0, 1, 1, 1, 2, 2, 0]
    swallowed = [3] * 9 + [NOISE]
    assert clusters([accept], swallowed) == [0, 0, 0, 0, 3, 3, 3, 3, 3, NOISE]


def test_what_was_said_of_a_cluster_before_it_was_accepted_stays_with_it() -> None:
    rename = decide(1, "rename", groups=(("p0", "p1"),), label_de="Bolzen")
    accept = decide(2, "accept", cluster=0, parts=("p0", "p1", "p2", "p3"))
    reviewed = review([rename, accept], [6, 6, 6, 6, 1, 1, 1, 2, 2, NOISE])
    assert reviewed.names == {0: ("Bolzen", None)}
    moved = decide(3, "move", parts=("p0",), groups=(("p4", "p5"),))
    assert clusters([rename, accept, moved])[0] == 1


def test_status_and_labels_follow_the_members() -> None:
    decisions = [
        decide(1, "rename", groups=(("p4", "p5"),), label_de="Schraube"),
        decide(2, "rename", groups=(("p4", "p6"),), label_en="screw"),
        decide(3, "reject", groups=(("p7", "p8"),)),
    ]
    reviewed = review(decisions, [7, 7, 7, 7, 3, 3, 3, 9, 9, NOISE])
    assert reviewed.names == {3: ("Schraube", "screw")}
    assert reviewed.statuses == {9: "rejected"}


def test_the_later_decision_has_the_last_word() -> None:
    link = decide(1, "must-link", parts=("p0", "p4"))
    unlink = decide(2, "cannot-link", parts=("p0", "p4"))
    assert clusters([link, unlink])[4] == NOISE
    assert clusters([unlink, link])[4] == 0


def test_an_undo_can_be_undone() -> None:
    undo = decide(2, "undo", undoes=1)
    redo = decide(3, "undo", undoes=2)
    assert clusters([MOVE, undo]) == LABELS
    assert clusters([MOVE, undo, redo]) == clusters([MOVE])
    assert in_force([MOVE, undo, redo]) == [MOVE]


@given(
    st.lists(st.integers(-1, 3), min_size=10, max_size=10),
    st.lists(
        st.tuples(
            st.sampled_from(["accept", "split", "move", "exclude", "must-link", "cannot-link"]),
            st.lists(st.sampled_from(PARTS), min_size=1, max_size=4),
            st.lists(st.sampled_from(PARTS), max_size=3),
        ),
        max_size=5,
    ),
)
def test_applying_is_repeatable_and_only_ever_uses_known_numbers(
    labels: list[int], steps: list[tuple[str, list[str], list[str]]]
) -> None:
    decisions = [
        decide(number, action, cluster=50 + number, parts=tuple(parts), groups=(tuple(group),))
        for number, (action, parts, group) in enumerate(steps, 1)
    ]
    once = clusters(decisions, labels)
    assert once == clusters(decisions, labels)
    assert set(once) <= {*labels, NOISE, *(50 + number for number in range(1, 6))}


@pytest.mark.parametrize("action", ["accept", "split", "move", "exclude", "merge", "must-link"])
def test_decisions_about_parts_that_are_gone_sleep(action: str) -> None:
    gone = decide(1, action, cluster=5, parts=("x", "y"), groups=(("x",), ("y",)))
    reviewed = review([gone])
    assert reviewed.clusters.tolist() == LABELS
    assert reviewed.dormant == [1]
