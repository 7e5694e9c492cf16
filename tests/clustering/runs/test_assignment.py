"""The cluster of each part as arrays and as bytes."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.errors import StoreError
from clustering.contract import NOISE
from clustering.runs.assignment import Assignment
from tests.stores import identity

IDS = sorted(identity(number) for number in range(4))
ASSIGNED = Assignment(IDS, np.array([7, NOISE, 7, 2], np.int32), np.array([1, 2, 3, 4]))


def test_sizes_leave_noise_out_and_positions_say_who_is_missing() -> None:
    assert ASSIGNED.sizes() == {2: 1, 7: 2}
    assert ASSIGNED.positions([IDS[2], "stranger", IDS[0]]).tolist() == [2, -1, 0]
    assert ASSIGNED.cluster_of()[IDS[1]] == NOISE


def test_it_survives_being_stored() -> None:
    again = Assignment.from_bytes(ASSIGNED.to_bytes(), "here")
    assert again.ids == IDS
    assert again.clusters.tolist() == ASSIGNED.clusters.tolist()
    assert again.revs.tolist() == [1, 2, 3, 4]


def test_damaged_bytes_are_named() -> None:
    with pytest.raises(StoreError, match=r"run-x@1\.npz is damaged"):
        Assignment.from_bytes(ASSIGNED.to_bytes()[:40], "run-x@1.npz")
