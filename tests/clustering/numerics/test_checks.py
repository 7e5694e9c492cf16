"""What cannot be grouped, and parameters that make no sense, are refused with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalog.errors import UsageError
from clustering.numerics.checks import (
    LARGEST,
    all_equal,
    check_choice,
    check_clusters,
    check_positive,
    check_whole,
    checked_rows,
)


def test_rows_become_contiguous_float32() -> None:
    rows = checked_rows(np.arange(12, dtype=np.int64).reshape(4, 3).T)
    assert rows.dtype == np.float32
    assert rows.shape == (3, 4)
    assert rows.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros(3), r"the shape \(n, dim\); got \(3,\)"),
        (np.zeros((2, 0)), r"the shape \(n, dim\); got \(2, 0\)"),
        (np.zeros((0, 2)), "nothing to group: 0 rows"),
        (np.array([["a", "b"]]), "must be numbers"),
        (np.array([[0.0], [np.nan]]), "row 1 is not"),
        (np.array([[0.0], [0.0], [2 * LARGEST]]), "row 2 is not"),
    ],
)
def test_rows_that_cannot_be_grouped_are_refused(matrix: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        checked_rows(matrix)


def test_parameters_are_checked_by_kind_and_bound() -> None:
    check_whole("k", np.int64(3), 1)
    check_positive("eps", np.float32(0.5))
    check_choice("linkage", "ward", ("ward", "average"))
    check_clusters(3, 3)
    for wrong in (0, 1.0, True, "2"):
        with pytest.raises(UsageError, match="k must be a whole number of at least 1"):
            check_whole("k", wrong, 1)
    for wrong in (0, -1, float("inf"), float("nan"), True):
        with pytest.raises(UsageError, match="eps must be a number above 0"):
            check_positive("eps", wrong)
    with pytest.raises(UsageError, match="linkage must be one of ward, average; got 'x'"):
        check_choice("linkage", "x", ("ward", "average"))
    with pytest.raises(UsageError, match="4 clusters need at least 4 rows; got 3"):
        check_clusters(4, 3)


def test_rows_are_all_equal_or_not() -> None:
    assert all_equal(np.ones((3, 2), np.float32))
    assert all_equal(np.array([[1, 2]], np.float32))
    assert not all_equal(np.eye(2, dtype=np.float32))
