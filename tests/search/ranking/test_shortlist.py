"""Which candidates get a second look: none that could still become a hit is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from catalog.parts import point_id
from search.queries.make_probes import make_probes
from search.queries.part_numbers import NumberMatch
from search.queries.query import Query
from search.ranking.attribute_guard import HARD_CAP
from search.ranking.calibration import Calibration
from search.ranking.candidates import Candidates, complete, nearest
from search.ranking.ranked import Ranked, rank
from search.ranking.shortlist import SPARE, Shortlist, shortlists
from tests.search.small_catalog import Item, SmallCatalog, build, picture

PARTS = 90
KINDS = (
    *("Mutter", "Schraube", "Scheibe", "Bolzen", "Stift"),
    *("Hülse", "Niet", "Ring", "Deckel", "Klemme"),
)
CALIBRATION = Calibration(points=PARTS)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    rng = np.random.default_rng(3)
    items = []
    for place in range(PARTS):
        red, green, blue = rng.integers(0, 255, 3).tolist()
        name = f"{KINDS[place % 10]} M{place % 9 + 4}"
        items.append(Item(f"N-{place:02}", name, None, None, ((red, green, blue),)))
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def shortlisted(
    catalog: SmallCatalog, query: Query, matches: Mapping[str, NumberMatch] | None = None
) -> tuple[Candidates, Shortlist]:
    pools = nearest(catalog.store, make_probes(catalog, [query]), CALIBRATION, [matches or {}])
    [shortlist] = shortlists(catalog.store, pools, [matches or {}], CALIBRATION)
    return pools[0], shortlist


def hits(catalog: SmallCatalog, pool: Candidates, shortlist: Shortlist) -> list[str]:
    best = ranked(catalog, pool, shortlist)
    records = {r.id: r for r in catalog.store.get(pool.ids)}
    return [
        str(records[best.id(place)].payload["part_number"]) for place in best.hit_places(records)
    ]


def ranked(catalog: SmallCatalog, pool: Candidates, shortlist: Shortlist) -> Ranked:
    [similarity] = complete(catalog.store, [pool], [shortlist.rows], CALIBRATION, with_views=False)
    return rank(pool, shortlist, similarity, CALIBRATION)


@pytest.mark.parametrize("limit", [1, 3, 10])
@pytest.mark.parametrize("text", ["Mutter", "Mutter M8", "Dichtung"])
def test_the_hits_are_those_of_a_second_look_at_all(
    catalog: SmallCatalog, text: str, limit: int
) -> None:
    query = Query(text, image=picture((200, 55, 0)), limit=limit)
    whole = Query(text, image=query.image, limit=PARTS)
    few, everything = (hits(catalog, *shortlisted(catalog, one)) for one in (query, whole))
    assert few == everything[:limit]


def test_a_list_stays_short_where_attributes_move_nothing(catalog: SmallCatalog) -> None:
    _, shortlist = shortlisted(catalog, Query(image=picture((200, 55, 0)), limit=2))
    assert len(shortlist.rows) <= 2 * 2 + SPARE
    assert not shortlist.guards
    assert np.all(shortlist.factor == 1)


def test_a_conflict_caps_and_what_is_shared_lifts(catalog: SmallCatalog) -> None:
    pool, shortlist = shortlisted(catalog, Query("Mutter M8", limit=5))
    assert set(shortlist.rows.tolist()) <= set(shortlist.guards)
    threads = {row: guard.attributes for row, guard in shortlist.guards.items()}
    assert {bool(attributes.conflicts) for attributes in threads.values()} == {True, False}
    for row, attributes in threads.items():
        assert shortlist.factor[row] == (HARD_CAP if attributes.conflicts else 1.0)
        assert (shortlist.odds[row] > 1) == bool(attributes.shared)
    assert hits(catalog, pool, shortlist)[0] == "N-40"  # the only nut M8


def test_a_match_of_its_number_is_a_floor_under_a_part_s_score(catalog: SmallCatalog) -> None:
    identity = str(point_id("small", "N-50"))
    matches = {identity: NumberMatch("exact", 1.0)}
    pool, shortlist = shortlisted(catalog, Query("Dichtung", limit=1), matches)
    assert shortlist.floors[0] == 1.0
    assert shortlist.floors[1:].max() == 0.0
    best = ranked(catalog, pool, shortlist)
    assert best.scores[best.places[0]] == 1.0
    assert best.id(best.places[0]) == identity


def test_equal_scores_go_by_part_number(tmp_path: Path) -> None:
    twins = build(tmp_path, [Item(f"T-{place}", "Mutter M8") for place in (3, 1, 2)])
    pool, shortlist = shortlisted(twins, Query("Mutter M8", limit=2))
    assert len(ranked(twins, pool, shortlist).places) == 3
    assert hits(twins, pool, shortlist) == ["T-1", "T-2"]
    twins.close()
