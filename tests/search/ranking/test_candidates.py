"""The nearest parts by every vector, what they can score, and what is looked up of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from catalog.parts import point_id
from search.queries.make_probes import make_probes
from search.queries.query import Query
from search.ranking.calibration import Calibration
from search.ranking.candidates import Candidates, bounds, complete, evidence, nearest
from search.ranking.fusion import fused_scores
from tests.search.small_catalog import Item, SmallCatalog, build, picture

RED, BLUE = (255, 0, 0), (0, 0, 255)
PARTS = 80
CALIBRATION = Calibration(points=PARTS)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    items = [
        Item(
            f"N-{place:02}",
            (None, f"Mutter M{place}", f"Scheibe {place} mm")[place % 3],
            None,
            "Nuts" if place % 2 else "Bolts",
            ((255 - place, place, 0),) if place % 5 else ((0, 0, 255), (255, 0, 0)),
        )
        for place in range(PARTS)
    ]
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def pool_of(catalog: SmallCatalog, query: Query, *forced: str) -> Candidates:
    ids = [str(point_id("small", number)) for number in forced]
    [pool] = nearest(catalog.store, make_probes(catalog, [query]), CALIBRATION, [ids])
    return pool


def test_they_are_the_nearest_by_each_vector_with_their_similarities(
    catalog: SmallCatalog,
) -> None:
    pool = pool_of(catalog, Query("Mutter M7", image=picture(RED), limit=5))
    assert pool.similarity.shape == (len(pool.ids), len(pool.probe.vector_names))
    assert len(set(pool.ids)) == len(pool.ids)
    assert not np.isnan(pool.similarity).all(axis=1).any()
    for column in range(pool.similarity.shape[1]):
        listed = pool.similarity[~np.isnan(pool.similarity[:, column]), column]
        assert pool.whole[column] or listed.min() >= pool.floor[column]
    # Fewer than fifty parts have a name: that list holds all of them, the pictures' does not.
    whole = dict(zip(pool.probe.vector_names, pool.whole.tolist(), strict=True))
    assert whole["description"]
    assert not whole["image"]


def test_forced_parts_stand_first_and_a_part_never_finds_itself(catalog: SmallCatalog) -> None:
    pool = pool_of(catalog, Query("Mutter M7"), "N-78", "N-33")
    assert pool.ids[:2] == [str(point_id("small", number)) for number in ("N-78", "N-33")]
    assert pool.forced == 2
    itself = str(point_id("small", "N-07"))
    assert itself not in pool_of(catalog, Query(like="N-07")).ids


@pytest.mark.parametrize(
    "query",
    [
        Query("Mutter M7", image=picture(RED), limit=5),
        Query("Mutter", image=picture(RED), limit=30),
        Query("Scheibe", weights={"terms": 3}),
        Query(image=picture(BLUE)),
        Query(like="N-10", limit=3),
    ],
)
def test_the_score_lies_between_the_bounds_once_all_is_looked_up(
    catalog: SmallCatalog, query: Query
) -> None:
    pool = pool_of(catalog, query)
    limits = bounds(pool, CALIBRATION)
    rows = np.arange(len(pool.ids))
    [similarity] = complete(catalog.store, [pool], [rows], CALIBRATION, with_views=False)
    scores = fused_scores(
        evidence(pool.probe, similarity, CALIBRATION), pool.probe.vector_names, pool.probe.weights
    )
    assert np.all(limits.lower <= limits.upper)
    assert np.all(scores >= limits.lower - 1e-9)
    assert np.all(scores <= limits.upper + 1e-9)


def test_what_stays_unknown_is_a_vector_that_the_part_lacks(catalog: SmallCatalog) -> None:
    pool = pool_of(catalog, Query("Mutter M7", image=picture(RED)))
    rows = np.arange(len(pool.ids))
    [similarity] = complete(catalog.store, [pool], [rows], CALIBRATION, with_views=False)
    records = {r.id: r for r in catalog.store.get(pool.ids, with_vectors=True)}
    for column, name in enumerate(pool.probe.vector_names):
        for row, identity in enumerate(pool.ids):
            # Every part has terms, but of one without a name they are only its number.
            compared = name if name != "terms" else "name_de"
            lacks = compared not in records[identity].vectors
            assert np.isnan(similarity[row, column]) == lacks, (name, identity)


def test_a_part_with_several_views_is_as_similar_as_its_best(catalog: SmallCatalog) -> None:
    queries = [Query(image=picture(BLUE))]
    column = 0
    similarities = {}
    for with_views in (False, True):
        pool = pool_of(catalog, queries[0], "N-05")
        rows = np.array([0])
        [similarity] = complete(catalog.store, [pool], [rows], CALIBRATION, with_views=with_views)
        similarities[with_views] = similarity[0, column]
    assert similarities[False] < 0.9
    assert similarities[True] == pytest.approx(1, abs=1e-5)


def test_nothing_is_asked_of_the_store_for_no_queries(catalog: SmallCatalog) -> None:
    assert nearest(catalog.store, [], CALIBRATION, []) == []
    assert complete(catalog.store, [], [], CALIBRATION, with_views=True) == []
