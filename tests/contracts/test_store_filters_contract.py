"""Every store's filters agree with a plain evaluation of the same condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.arrays import Vector
from catalog.errors import UsageError
from catalog.store.contract import PartStore, Point
from catalog.store.filters import (
    AnyOf,
    Between,
    Condition,
    Either,
    Equals,
    Every,
    HasId,
    HasVector,
    IsMissing,
    Not,
    every,
)
from tests.stores import identity, vector

KEYS = [
    "family",
    "weight_kg",
    "stock",
    "free",
    "attributes.thread",
    "clusters.Lauf 1",
    "gr\u00f6\u00dfe",
]
"""A keyword, a float and an integer index, and keys without one."""
SCALARS = st.one_of(
    st.sampled_from(["M8", "m8", "", "Größe", "8"]),
    st.integers(-3, 9),
    st.sampled_from([-1.5, 0.0, 3.0, 7.25, 8.0]),
    st.booleans(),
)
VALUES = st.one_of(SCALARS, st.none(), st.lists(SCALARS, max_size=3))
NUMBERS = st.one_of(st.none(), st.integers(-4, 10), st.floats(-4, 10))
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Equals, st.sampled_from(KEYS), SCALARS),
    st.builds(AnyOf, st.sampled_from(KEYS), st.lists(st.sampled_from(["M8", "8"])).map(tuple)),
    st.builds(AnyOf, st.sampled_from(KEYS), st.lists(st.integers(-3, 9), max_size=3).map(tuple)),
    st.builds(Between, st.sampled_from(KEYS), NUMBERS, NUMBERS),
    st.builds(IsMissing, st.sampled_from(KEYS)),
    st.builds(HasVector, st.sampled_from(["image", "name_de"])),
    st.builds(HasId, st.lists(st.integers(0, 9).map(identity), max_size=3).map(tuple)),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Either, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
PAYLOADS = st.lists(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4), min_size=6, max_size=6
)


def holds(condition: Condition, point: Point) -> bool:
    """Evaluate a condition the plain way."""
    match condition:
        case Equals(key, value):
            return any(same(stored, value) for stored in values(point.payload, key))
        case AnyOf(key, options):
            return any(
                same(stored, option) for stored in values(point.payload, key) for option in options
            )
        case Between(key, low, high):
            return any(
                (low is None or stored >= low) and (high is None or stored <= high)
                for stored in values(point.payload, key)
                if is_number(stored)
            )
        case IsMissing(key):
            return not values(point.payload, key)
        case HasVector(name):
            return name in point.vectors
        case HasId(ids):
            return point.id in ids
        case _:
            return joined(condition, point)


def joined(condition: Not | Either | Every, point: Point) -> bool:
    match condition:
        case Not(inner):
            return not holds(inner, point)
        case Either(conditions):
            return any(holds(inner, point) for inner in conditions)
        case Every(conditions):
            return all(holds(inner, point) for inner in conditions)


def values(payload: Mapping[str, Any], key: str) -> list[Any]:
    node: Any = payload
    for name in key.split("."):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node if isinstance(node, list) else [] if node is None else [node]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(stored: Any, value: Any) -> bool:
    if is_number(stored) and is_number(value):
        return bool(stored == value)
    return type(stored) is type(value) and bool(stored == value)


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    for key, value in flat.items():
        *outer, last = key.split(".")
        node = payload
        for name in outer:
            node = node.setdefault(name, {})
        node[last] = value
    return payload


def points_of(payloads: Iterable[Mapping[str, Any]]) -> list[Point]:
    vectors: list[dict[str, Vector]] = [
        {"image": vector(1, 0, 0, 1)},
        {"name_de": vector(1, 2, 3)},
        {},
    ]
    return [
        Point(identity(number), vectors[number % 3], nested(payload))
        for number, payload in enumerate(payloads)
    ]


def matching(store: PartStore, condition: Condition) -> set[str]:
    batches = store.scan(condition, with_payload=False)
    return {record.id for batch in batches for record in batch}


@pytest.mark.parametrize("key", ["free", "family"])
def test_truth_values_are_no_numbers(store: PartStore, key: str) -> None:
    store.upsert(points_of([{key: True}, {key: False}, {key: 1}, {key: "True"}, {}]))
    assert store.count(Equals(key, True)) == 1
    assert store.count(Equals(key, False)) == 1
    assert store.count(Equals(key, 1)) == 1


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(payloads=PAYLOADS, conditions=st.lists(CONDITIONS, min_size=1, max_size=8))
def test_filters_agree_with_a_plain_evaluation(
    store: PartStore, payloads: list[dict[str, Any]], conditions: list[Condition]
) -> None:
    points = points_of(payloads)
    store.delete([point.id for point in points])
    store.upsert(points)
    for condition in conditions:
        expected = {point.id for point in points if holds(condition, point)}
        assert matching(store, condition) == expected, condition
        assert store.count(condition) == len(expected)


def test_no_condition_matches_everything(store: PartStore) -> None:
    store.upsert(points_of([{"family": "A"}, {}]))
    assert store.count(None) == store.count(Every(())) == 2
    assert store.count(Either(())) == store.count(Not(Every(()))) == 0
    assert store.count(every([None, None])) == 2
    assert store.count(every([None, Equals("family", "A")])) == 1


def test_a_key_reaches_into_lists_of_objects(store: PartStore) -> None:
    store.upsert(points_of([{"views": [{"file": "a.jpg"}, {"file": "b c.jpg"}]}, {"views": []}]))
    assert store.count(Equals("views[].file", "b c.jpg")) == 1
    assert store.count(IsMissing("views")) == 1


def test_a_segment_with_a_dot_is_quoted(store: PartStore) -> None:
    store.upsert(points_of([{"free": 1}]))
    store.write_assignments("k=9, v1.2", {identity(0): 5})
    assert store.count(Equals('clusters."k=9, v1.2"', 5)) == 1


@pytest.mark.parametrize("key", ["", ".", "a..b", "a.", 'a"b', "a[", "a]b"])
def test_a_key_that_is_no_path_is_refused(store: PartStore, key: str) -> None:
    with pytest.raises(UsageError, match="filter key"):
        store.count(Equals(key, "x"))


def test_numbers_the_engines_cannot_compare_are_refused() -> None:
    for bad in (float("nan"), float("inf"), 2**53 + 1, 10**400):
        with pytest.raises(UsageError, match="finite"):
            Equals("stock", bad)
        with pytest.raises(UsageError, match="finite"):
            Between("stock", low=bad)
    with pytest.raises(UsageError, match="finite"):
        AnyOf("stock", (1, 2**60))


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="uuid"):
        HasId(("P1",))
