"""Labels are counted from 0 without gaps."""

from __future__ import annotations

import numpy as np

from clustering.numerics.numbering import in_order_of_rows, numbered


def test_numbers_keep_their_order_and_noise_stays_noise() -> None:
    assert numbered(np.array([7, -1, 3, 7], np.int32)).tolist() == [1, -1, 0, 1]
    assert numbered(np.array([5, 2], np.int32)).tolist() == [1, 0]


def test_numbers_follow_the_rows() -> None:
    labels = in_order_of_rows(np.array([9, 2, 9, 4, 2]))
    assert labels.tolist() == [0, 1, 0, 2, 1]
    assert labels.dtype == np.int32
