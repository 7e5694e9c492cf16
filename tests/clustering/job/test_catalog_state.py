"""What a catalogue holds, and how it differs from what a run has looked at."""

from __future__ import annotations

import numpy as np

from catalog.store.contract import Point
from clustering.job.catalog_state import CatalogState, changes_since, read_state
from clustering.runs.assignment import Assignment
from tests.clustering.blobs import Blobs, part


def test_all_parts_are_read_in_the_order_of_their_ids(blobs: Blobs) -> None:
    blobs.stores.parts.upsert([Point(part(60), {}, {"part_number": "P60"})])
    state = read_state(blobs.stores.parts)
    assert state.ids == sorted(part(number) for number in range(61))
    row = state.ids.index(part(60))
    assert (state.revs[row], state.families[row]) == (0, None)
    assert state.families[state.ids.index(part(0))] == "hexagon bolt"


def test_one_family_is_no_truth() -> None:
    revs = np.zeros(3, np.int64)
    two = CatalogState(["a", "b", "c"], revs, ["nuts", None, "bolts"])
    assert two.families_of(["c", "b", "x"]) == ["bolts", None, None]
    assert CatalogState(["a", "b", "c"], revs, ["nuts", None, "nuts"]).families_of(["a"]) == [None]


def test_parts_are_new_changed_or_gone() -> None:
    former = Assignment(["a", "b", "c"], np.zeros(3, np.int32), np.array([1, 1, 1]))
    changes = changes_since(former, ["b", "c", "d"], np.array([1, 2, 1]))
    assert (changes.new, changes.changed, changes.gone) == (["d"], ["c"], ["a"])
    assert changes.touched == 3
    assert changes_since(former, former.ids, former.revs).touched == 0
