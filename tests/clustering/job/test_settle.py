"""What the job writes leaves out what is gone, and lets changed parts stay where they were."""

from __future__ import annotations

import numpy as np

from clustering.contract import NOISE
from clustering.job.catalog_state import CatalogState
from clustering.job.settle import settle
from clustering.runs.assignment import UNSEEN, Assignment
from clustering.runs.decisions import Decision
from clustering.runs.run import Counts

PROPOSED = Assignment(["a", "b", "c", "d"], np.array([1, 1, 2, 2], np.int32), np.ones(4, np.int64))


def _state(**revs: int) -> CatalogState:
    return CatalogState(list(revs), np.array(list(revs.values())), [None] * len(revs))


def test_where_nothing_happened_all_is_written() -> None:
    settled = settle(PROPOSED, _state(a=1, b=1, c=1, d=1), {})
    assert settled.assignment.cluster_of() == PROPOSED.cluster_of()
    assert settled.counts([]) == Counts(n_parts=4, n_clusters=2)


def test_a_part_that_is_gone_is_left_out_and_a_new_one_waits() -> None:
    settled = settle(PROPOSED, _state(b=1, c=1, d=1, e=1), {})
    assert settled.assignment.cluster_of() == {"b": 1, "c": 2, "d": 2}
    assert settled.counts([]) == Counts(n_parts=3, n_clusters=2, new=1, deleted=1)


def test_a_changed_part_keeps_the_cluster_it_had_and_is_looked_at_next_time() -> None:
    settled = settle(PROPOSED, _state(a=2, b=2, c=1, d=1), {"a": 2, "b": 9})
    assert settled.assignment.cluster_of() == {"a": 2, "b": NOISE, "c": 2, "d": 2}
    assert settled.assignment.revs.tolist() == [UNSEEN, UNSEEN, 1, 1]
    assert PROPOSED.clusters.tolist() == [1, 1, 2, 2]
    assert settled.counts([]) == Counts(n_parts=4, n_clusters=1, noise=1, updated=2)


def test_clusters_are_counted_as_decisions_leave_them() -> None:
    exclude = Decision(1, "exclude", "anna", "today", parts=("a",))
    counts = settle(PROPOSED, _state(a=1, b=1, c=1, d=1), {}).counts([exclude])
    assert (counts.n_clusters, counts.noise, counts.coverage) == (2, 1, 0.75)
