"""The same operations on two stores have the same results: Edge, qdrant-client's memory, a server.

Searches are exact, since a server builds its indexes when it likes. Scores may differ by rounding,
so hits whose scores lie closer together than that may change places.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.arrays import SparseVector, Vector
from catalog.store.contract import PartStore, Point, Ranking, Record, VectorQuery
from catalog.store.filters import AnyOf, Between, Condition, Equals, HasVector, IsMissing, Not
from catalog.store.manifest import Manifest
from tests.stores import (
    SCHEMA,
    edge_place,
    identity,
    memory_place,
    point,
    random_points,
    ranking_of,
    server_place,
    sparse,
    unique_catalog,
    vector,
)

POINTS = random_points(400, seed=5)
TOLERANCE = 1e-5
CONDITIONS: list[Condition | None] = [
    None,
    Equals("family", "F3"),
    AnyOf("stock", (1, 5, 9)),
    Between("weight_kg", 10, 20.5),
    Not(HasVector("image")),
    IsMissing("attributes.thread"),
]
QUERIES: list[tuple[str, Vector]] = [
    ("image", vector(1, -2, 0.5, 3)),
    ("name_de", vector(0.2, 0.1, -1)),
    ("views", np.asarray([[1, 0, 2, 0], [0, 1, 0, -1]], dtype=np.float32)),
    ("terms", sparse(i1=1, i7=0.5, i31=2)),
]


@pytest.fixture(params=["memory", "server"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[PartStore, PartStore]]:
    """Lend Edge and one other store, both empty."""
    with ExitStack() as stack:
        edge = stack.enter_context(edge_place(tmp_path))
        if request.param == "server":
            url = request.getfixturevalue("server_url")
            other = stack.enter_context(server_place(tmp_path, url))
        else:
            other = stack.enter_context(memory_place(tmp_path))
        catalog = unique_catalog()
        stores = (edge.open(catalog), other.open(catalog))
        for store in stores:
            store.create(SCHEMA, Manifest(catalog))
        yield stores


@pytest.fixture
def filled(pair: tuple[PartStore, PartStore]) -> tuple[PartStore, PartStore]:
    for store in pair:
        store.upsert(POINTS)
    return pair


def assert_same_ranking(one: Ranking, other: Ranking) -> None:
    assert other.scores == pytest.approx(one.scores, abs=TOLERANCE)
    gaps = np.abs(np.diff([np.inf, *one.scores, -np.inf])) > 2 * TOLERANCE
    for rank in range(len(one.ids) - 1):
        if gaps[rank] and gaps[rank + 1]:
            assert one.ids[rank] == other.ids[rank]


def contents(store: PartStore) -> list[Record]:
    return [record for batch in store.scan(with_vectors=True) for record in batch]


def assert_same_contents(one: PartStore, other: PartStore) -> None:
    mine, theirs = contents(one), contents(other)
    assert [(record.id, record.payload) for record in mine] == [
        (record.id, record.payload) for record in theirs
    ]
    for left, right in zip(mine, theirs, strict=True):
        assert left.vectors.keys() == right.vectors.keys()
        for name, values in left.vectors.items():
            assert_same_vector(values, right.vectors[name])


def assert_same_vector(one: Any, other: Any) -> None:
    if isinstance(one, SparseVector):
        assert one.indices.tolist() == other.indices.tolist()
        one, other = one.values, other.values
    np.testing.assert_allclose(one, other, atol=TOLERANCE)


@pytest.mark.parametrize("where", CONDITIONS, ids=str)
@pytest.mark.parametrize(("using", "query"), QUERIES, ids=[name for name, _ in QUERIES])
def test_searches(
    filled: tuple[PartStore, PartStore], using: str, query: Any, where: Condition | None
) -> None:
    for limit in (1, 10, 1000):
        wanted = VectorQuery(using, query, limit, where, exact=True)
        one, other = (ranking_of(store, wanted) for store in filled)
        assert_same_ranking(one, other)


def test_many_searches(filled: tuple[PartStore, PartStore]) -> None:
    queries = [VectorQuery(using, query, 20, exact=True) for using, query in QUERIES]
    for one, other in zip(*(store.search_many(queries) for store in filled), strict=True):
        assert_same_ranking(one, other)


def test_counts_facets_and_contents(filled: tuple[PartStore, PartStore]) -> None:
    one, other = filled
    for where in CONDITIONS:
        assert one.count(where) == other.count(where)
        assert one.facet("family", where) == other.facet("family", where)
    assert_same_contents(one, other)


def test_ties(pair: tuple[PartStore, PartStore]) -> None:
    same = [point(number, {"name_de": vector(1, 2, 3)}) for number in range(200)]
    for store in pair:
        store.upsert(same)
    query = VectorQuery("name_de", vector(1, 2, 3), 15, exact=True)
    one, other = (ranking_of(store, query) for store in pair)
    assert one.ids == other.ids


NUMBERS = st.integers(0, 7)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.lists(st.integers(0, 399), min_size=1, max_size=5)),
        st.tuples(st.just("bare"), st.lists(NUMBERS, min_size=1, max_size=3)),
        st.tuples(st.just("assign"), st.dictionaries(NUMBERS, st.integers(-1, 3), max_size=8)),
        st.tuples(st.just("review"), NUMBERS),
        st.tuples(st.just("delete"), st.lists(NUMBERS, max_size=3)),
    ),
    max_size=10,
)


def apply(store: PartStore, operation: tuple[str, Any]) -> int:
    """Carry out an operation; return how many points it says it changed."""
    match operation:
        case "upsert", numbers:
            store.upsert([moved(POINTS[number], number % 8) for number in numbers])
        case "bare", numbers:
            store.upsert([point(number, note="bare") for number in numbers])
        case "assign", clusters:
            return store.write_assignments("run", {identity(n): c for n, c in clusters.items()})
        case "review", number:
            review = {"review": {"state": "ok"}, "note": None}
            store.update_payload({identity(number): review})
        case _, numbers:
            store.delete([identity(number) for number in numbers])
    return 0


def moved(source: Point, number: int) -> Point:
    return Point(identity(number), source.vectors, source.payload)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(OPERATIONS)
def test_any_sequence_of_writes(
    pair: tuple[PartStore, PartStore], operations: list[tuple[str, Any]]
) -> None:
    one, other = pair
    for store in pair:
        store.delete([identity(number) for number in range(8)])
    for operation in operations:
        assert apply(one, operation) == apply(other, operation)
    assert_same_contents(one, other)


@pytest.mark.parametrize("direction", ["from edge", "to edge"])
def test_a_backup_moves_between_stores(
    filled: tuple[PartStore, PartStore], tmp_path: Path, direction: str
) -> None:
    source, target = filled if direction == "from edge" else filled[::-1]
    source.write_assignments("run", {identity(3): 1})
    source.write_artefact("state", bytes(range(256)) * 20_000)
    source.backup(tmp_path / "backup")
    target.drop()
    target.restore(tmp_path / "backup")
    assert_same_contents(source, target)
    assert target.read_artefact("state") == source.read_artefact("state")
    assert target.schema() == source.schema()
