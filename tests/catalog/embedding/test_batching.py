from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import FloatMatrix
from catalog.embedding.batching import embed_distinct, is_blank, length_buckets


def _letters(names: list[str]) -> FloatMatrix:
    return np.array([[len(name), 1.0] for name in names], dtype=np.float32)


@pytest.mark.parametrize("name", ["", " ", "\u00a0\t\n", "---", "., ; ()", "°"])
def test_names_without_letters_and_digits_are_blank(name: str) -> None:
    assert is_blank(name)


@pytest.mark.parametrize("name", ["a", "8", "-8-", "Ø8", "轴承", "ß"])
def test_names_with_a_letter_or_digit_are_not_blank(name: str) -> None:
    assert not is_blank(name)


def test_each_distinct_name_is_embedded_once() -> None:
    calls: list[list[str]] = []

    def embed(names: list[str]) -> FloatMatrix:
        calls.append(names)
        return _letters(names)

    rows = embed_distinct(["nut", "bolt", " nut ", "", "bolt"], embed, 2)
    assert calls == [["nut", "bolt"]]
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(rows[1], rows[4])
    assert not rows[3].any()


def test_rows_are_unit_rows_in_the_order_asked() -> None:
    rows = embed_distinct(["ab", "-", "abcd"], _letters, 2)
    expected = np.array([[2, 1], [0, 0], [4, 1]], dtype=np.float32)
    expected[[0, 2]] /= np.linalg.norm(expected[[0, 2]], axis=1, keepdims=True)
    assert np.allclose(rows, expected)
    assert rows.dtype == np.float32


@pytest.mark.parametrize("names", [[], ["", "--"]])
def test_the_model_is_not_asked_for_nothing(names: list[str]) -> None:
    def embed(names: list[str]) -> FloatMatrix:
        raise AssertionError(names)

    rows = embed_distinct(names, embed, 3)
    assert rows.shape == (len(names), 3)
    assert not rows.any()


@given(st.lists(st.integers(1, 9), max_size=60), st.integers(1, 8))
def test_buckets_hold_every_position_once_and_one_length(lengths: list[int], size: int) -> None:
    buckets = list(length_buckets(lengths, size))
    positions = [int(position) for bucket in buckets for position in bucket]
    assert sorted(positions) == list(range(len(lengths)))
    assert all(0 < len(bucket) <= size for bucket in buckets)
    assert all(len({lengths[position] for position in bucket}) == 1 for bucket in buckets)
