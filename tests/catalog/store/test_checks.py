"""Vectors on their way to an engine: normalised once, unchanged where they are unit already."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog.arrays import FloatVector
from catalog.errors import InvalidVector
from catalog.store.checks import engine_query, engine_vectors
from catalog.store.contract import Point
from tests.stores import SCHEMA, identity, point, sparse, vector

ROWS = arrays(np.float32, (4,), elements=st.floats(-1e3, 1e3, width=32))


def pair(indices: list[int], values: list[float]) -> tuple[list[int], list[float]]:
    return indices, values


@settings(deadline=None)
@given(st.lists(ROWS.filter(lambda row: bool(np.abs(row).max() > 1e-3)), min_size=1, max_size=6))
def test_rows_become_unit_rows_in_their_order(
    rows: list[FloatVector],
) -> None:
    points = [Point(identity(number), {"image": row}, {}) for number, row in enumerate(rows)]
    converted = engine_vectors(points, SCHEMA, pair)
    for row, named in zip(rows, converted, strict=True):
        expected = row.astype(np.float64) / np.linalg.norm(row.astype(np.float64))
        np.testing.assert_allclose(named["image"], expected, atol=1e-6)


def test_unit_rows_are_not_touched() -> None:
    row = np.asarray([0.6, 0.8, 0, 0], dtype=np.float32)
    (converted,) = engine_vectors([point(1, {"image": row})], SCHEMA, pair)
    assert converted["image"] == row.tolist()


def test_every_kind_is_a_plain_list() -> None:
    rows = np.asarray([[1, 0, 0, 0], [0, 1, 0, 0]], dtype=np.float32)
    several = [point(1, {"views": rows[:1]}), point(2), point(3, {"views": rows})]
    converted = engine_vectors(several, SCHEMA, pair)
    assert converted == [{"views": rows[:1].tolist()}, {}, {"views": rows.tolist()}]


def test_a_point_without_part_number_is_named_by_its_id() -> None:
    with pytest.raises(InvalidVector, match=identity(1)):
        engine_vectors([Point(identity(1), {"image": vector(0, 0, 0, 0)}, {})], SCHEMA, pair)


def test_a_message_says_what_is_wanted_and_what_came() -> None:
    with pytest.raises(InvalidVector, match=r"shape \(4,\); got \(3,\)"):
        engine_query(vector(1, 2, 3), "image", SCHEMA, pair)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", [1.0, 1.0005, 3.0])
def test_a_query_becomes_what_a_point_becomes(length: float, dtype: type[np.floating]) -> None:
    row = (np.asarray([0.6, 0.8, 0, 0]) * length).astype(dtype)
    (stored,) = engine_vectors([point(1, {"image": row})], SCHEMA, pair)
    assert engine_query(row, "image", SCHEMA, pair) == stored["image"]


def test_a_query_of_terms_is_as_given() -> None:
    assert engine_query(sparse(i3=0.5, i9=2), "terms", SCHEMA, pair) == ([3, 9], [0.5, 2.0])
