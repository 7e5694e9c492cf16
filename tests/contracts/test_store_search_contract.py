"""What every store finds: cosine, MaxSim and sparse scores, filters, ties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, SparseVector, Vector, unit_rows
from catalog.errors import InvalidVector, UnknownName, UsageError
from catalog.store.contract import PartStore, Point, Ranking, VectorQuery
from catalog.store.filters import Equals, HasId, Not
from tests.stores import identity, point, random_points, ranking_of, sparse, vector

POINTS = random_points(200, seed=3)


@pytest.fixture
def filled(store: PartStore) -> PartStore:
    store.upsert(POINTS)
    return store


def cosine(points: Sequence[Point], name: str, query: Vector) -> dict[str, float]:
    """Return the MaxSim score of each point that has the vector; of one row it is the cosine."""
    rows = unit_rows(np.atleast_2d(query))  # type: ignore[arg-type]
    scores = {}
    for candidate in points:
        if name in candidate.vectors:
            stored: FloatMatrix = unit_rows(np.atleast_2d(candidate.vectors[name]))  # type: ignore[arg-type]
            scores[candidate.id] = float((rows @ stored.T).max(axis=1).sum())
    return scores


def assert_best(ranking: Ranking, scores: dict[str, float], limit: int) -> None:
    best = sorted(scores, key=lambda point_id: (-scores[point_id], point_id))[:limit]
    assert ranking.ids == best
    assert ranking.scores.dtype == np.float64
    assert ranking.scores == pytest.approx([scores[point_id] for point_id in best], abs=1e-5)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("limit", [1, 10, 500])
def test_dense_search_is_by_cosine(filled: PartStore, limit: int, exact: bool) -> None:
    query = vector(3, -1, 2, 0.5)
    ranking = ranking_of(filled, VectorQuery("image", query, limit, exact=exact))
    assert_best(ranking, cosine(POINTS, "image", query), limit)


def test_several_views_are_searched_by_maxsim(filled: PartStore) -> None:
    query = np.asarray([[1, 2, 0, -1], [0.5, 0, 3, 1]], dtype=np.float32)
    ranking = ranking_of(filled, VectorQuery("views", query, 20))
    assert_best(ranking, cosine(POINTS, "views", query), 20)
    single = ranking_of(filled, VectorQuery("views", query[:1], 20))
    assert_best(single, cosine(POINTS, "views", query[:1]), 20)


def test_terms_are_weighed_by_how_rare_they_are(filled: PartStore) -> None:
    query = sparse(i3=1, i17=2, i40=0.5, i999=7)
    ranking = ranking_of(filled, VectorQuery("terms", query, 25))
    assert_best(ranking, idf_scores(POINTS, query), 25)


def idf_scores(points: Sequence[Point], query: SparseVector) -> dict[str, float]:
    """Return ln((N - n + 0.5) / (n + 0.5) + 1) x query x document, summed over common terms."""
    terms = [terms_of(point) for point in points]
    scores = {}
    for stored, own in zip(points, terms, strict=True):
        score = 0.0
        for index, weight in zip(query.indices.tolist(), query.values.tolist(), strict=True):
            having = sum(index in other for other in terms)
            idf = math.log((len(points) - having + 0.5) / (having + 0.5) + 1)
            score += weight * own.get(index, 0) * idf
        if score:
            scores[stored.id] = score
    return scores


def terms_of(point: Point) -> dict[int, float]:
    terms = point.vectors["terms"]
    assert isinstance(terms, SparseVector)
    return dict(zip(terms.indices.tolist(), terms.values.tolist(), strict=True))


def test_a_filter_limits_what_is_found(filled: PartStore) -> None:
    query = vector(1, 1, 0, 0)
    family = [point for point in POINTS if point.payload["family"] == "F3"]
    ranking = ranking_of(filled, VectorQuery("image", query, 10, Equals("family", "F3")))
    assert_best(ranking, cosine(family, "image", query), 10)
    first = ranking.ids[0]
    others = [point for point in POINTS if point.id != first]
    rest = ranking_of(filled, VectorQuery("image", query, 10, Not(HasId((first,)))))
    assert_best(rest, cosine(others, "image", query), 10)


def test_ties_are_broken_by_id_also_at_the_limit(store: PartStore) -> None:
    same = [point(number, {"name_de": vector(1, 2, 3)}) for number in range(300)]
    store.upsert([*same, point(900, {"name_de": vector(1, 2, 2)})])
    ranking = ranking_of(store, VectorQuery("name_de", vector(1, 2, 3), 7))
    assert ranking.ids == sorted(tie.id for tie in same)[:7]
    behind = ranking_of(store, VectorQuery("name_de", vector(1, 2, 2), 7))
    assert behind.ids == [identity(900), *sorted(tie.id for tie in same)[:6]]


def test_many_searches_are_the_single_ones(filled: PartStore) -> None:
    queries = [
        VectorQuery("image", vector(1, 0, 2, 0), 5),
        VectorQuery("terms", sparse(i5=1, i9=1), 50),
        VectorQuery("name_de", vector(0, 1, 0), 2, Equals("family", "F1")),
        VectorQuery("image", vector(1, 0, 2, 0), 5),
    ]
    for query, ranking in zip(queries, filled.search_many(queries), strict=True):
        single = ranking_of(filled, query)
        assert (ranking.ids, ranking.scores.tolist()) == (single.ids, single.scores.tolist())
    assert filled.search_many([]) == []


def test_a_ranking_leaves_only_ties_open(filled: PartStore) -> None:
    queries = [
        VectorQuery("image", vector(1, 0, 2, 0), 30),
        VectorQuery("views", np.asarray([[1, 2, 0, -1], [0.5, 0, 3, 1]], dtype=np.float32), 9),
        VectorQuery("terms", sparse(i5=1, i9=1), 50),
        VectorQuery("name_de", vector(0, 1, 0), 7, HasId((POINTS[1].id, POINTS[4].id)), exact=True),
        VectorQuery("name_de", vector(0, 1, 0), 2, HasId((identity(7777),))),
    ]
    rankings = filled.rank_many(queries)
    for ranking, ordered in zip(rankings, filled.search_many(queries), strict=True):
        assert sorted(ranking.ids) == sorted(ordered.ids)
        assert ranking.scores.dtype == np.float64
        assert ranking.scores == pytest.approx(ordered.scores, abs=1e-6)
        score_of = dict(zip(ranking.ids, ranking.scores.tolist(), strict=True))
        assert [score_of[part] for part in ordered.ids] == pytest.approx(ordered.scores)
    assert filled.rank_many([]) == []


def test_a_ranking_of_equal_scores_ends_at_the_limit(store: PartStore) -> None:
    store.upsert([point(number, {"name_de": vector(1, 2, 3)}) for number in range(60)])
    (ranking,) = store.rank_many([VectorQuery("name_de", vector(1, 2, 3), 7)])
    assert len(set(ranking.ids)) == len(ranking.scores) == 7


def test_points_without_the_vector_are_not_found(store: PartStore) -> None:
    store.upsert([point(1, {"name_de": vector(1, 0, 0)}), point(2)])
    assert ranking_of(store, VectorQuery("image", vector(1, 0, 0, 0), 5)).ids == []
    assert ranking_of(store, VectorQuery("terms", sparse(i1=1), 5)).ids == []
    assert ranking_of(store, VectorQuery("name_de", vector(1, 0, 0), 5)).ids == [identity(1)]


def test_a_vector_that_vanished_is_not_found(store: PartStore) -> None:
    store.upsert([point(1, {"name_de": vector(1, 0, 0), "terms": sparse(i1=1)})])
    store.upsert([point(1)])
    assert ranking_of(store, VectorQuery("name_de", vector(1, 0, 0), 5)).ids == []
    assert ranking_of(store, VectorQuery("terms", sparse(i1=1), 5)).ids == []


def test_the_length_of_a_query_does_not_matter(filled: PartStore) -> None:
    long = ranking_of(filled, VectorQuery("image", vector(2e9, 1e9, 0, 0), 9))
    short = ranking_of(filled, VectorQuery("image", vector(2e-9, 1e-9, 0, 0), 9))
    assert long.ids == short.ids
    assert long.scores == pytest.approx(short.scores, abs=1e-5)


@pytest.mark.parametrize(
    ("using", "bad"),
    [
        ("image", vector(0, 0, 0, 0)),
        ("image", vector(float("nan"), 0, 0, 1)),
        ("image", vector(1, 0, 0)),
        ("views", vector(1, 0, 0, 0)),
        ("terms", vector(1, 0)),
        ("terms", sparse()),
    ],
)
def test_a_bad_query_is_refused(filled: PartStore, using: str, bad: Any) -> None:
    with pytest.raises(InvalidVector, match=f"query.*{using}"):
        ranking_of(filled, VectorQuery(using, bad, 5))


def test_an_unknown_vector_is_refused(filled: PartStore) -> None:
    with pytest.raises(UnknownName, match="name_de"):
        ranking_of(filled, VectorQuery("name_fr", vector(1, 0, 0), 5))


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(filled: PartStore, limit: int) -> None:
    with pytest.raises(UsageError, match="limit"):
        ranking_of(filled, VectorQuery("image", vector(1, 0, 0, 0), limit))
