"""What a query is compared by: its vectors, its weights, its attributes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from catalog.errors import UsageError
from search.queries.make_probes import make_probes
from search.queries.probe import Probe
from search.queries.query import Query
from tests.search.small_catalog import Item, SmallCatalog, build, picture

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    items = [
        Item("A-1", "Mutter M8", "Nut M8", "Nuts", (RED,)),
        Item("A-2", "Mutter", None, "Nuts", (RED, BLUE)),
        Item("A-3", "Mutter M8", "Nut M8", origin="translated"),
    ]
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def probe_of(catalog: SmallCatalog, query: Query) -> Probe:
    [probe] = make_probes(catalog, [query])
    return probe


def test_a_text_is_compared_with_both_names_the_description_and_terms(
    catalog: SmallCatalog,
) -> None:
    probe = probe_of(catalog, Query(" Mutter M8 "))
    assert probe.vector_names == ("name_de", "name_en", "terms", "description")
    assert probe.names == ("Mutter M8",)
    assert probe.attributes == {"thread": "M8"}
    assert probe.is_guarded
    assert probe.curves["description"] == "description<name"
    assert probe.curves["name_de"] == "name_de"
    assert probe.ideal_terms is not None
    assert probe.view_vectors is None


def test_a_picture_is_compared_by_its_vector_alone(catalog: SmallCatalog) -> None:
    probe = probe_of(catalog, Query(image=picture(RED)))
    assert probe.vector_names == ("image",)
    assert probe.view_vectors is not None
    assert probe.view_vectors.shape == (1, 4)
    assert not probe.is_guarded
    assert probe.weights == {"image": 1.0}


def test_a_text_with_a_picture_is_compared_by_both(catalog: SmallCatalog) -> None:
    probe = probe_of(catalog, Query("Mutter", image=picture(RED)))
    assert probe.vector_names == ("image", "name_de", "name_en", "terms", "description")


def test_a_weight_of_zero_leaves_its_vector_out(catalog: SmallCatalog) -> None:
    query = Query("Mutter", image=picture(RED), weights={"image": 0, "name": 2, "description": 0})
    probe = probe_of(catalog, query)
    assert probe.weights == {"name_de": 2.0, "name_en": 2.0, "terms": 0.5}
    assert probe.view_vectors is None


def test_a_part_brings_its_vectors_views_and_names(catalog: SmallCatalog) -> None:
    probe = probe_of(catalog, Query(like="A-2"))
    assert probe.own_id is not None
    assert probe.view_vectors is not None
    assert probe.view_vectors.shape == (2, 4)
    assert probe.names == ("Mutter",)
    # Named in one language, it is compared with the names of others in both.
    assert np.array_equal(
        np.asarray(probe.query_vectors["name_de"]), np.asarray(probe.query_vectors["name_en"])
    )


def test_what_a_whole_part_states_moves_no_score(catalog: SmallCatalog) -> None:
    probe = probe_of(catalog, Query(like="A-1"))
    assert probe.attributes == {"thread": "M8"}
    assert not probe.is_guarded


def test_a_translation_is_not_compared_beside_the_name_it_was_made_from(
    catalog: SmallCatalog,
) -> None:
    assert probe_of(catalog, Query(like="A-3")).names == ("Nut M8",)


def test_probes_stay_in_the_order_of_their_queries(catalog: SmallCatalog) -> None:
    queries = [Query(like="A-1"), Query("Mutter"), Query(image=picture(BLUE)), Query("???")]
    probes = make_probes(catalog, queries)
    assert [probe.query for probe in probes] == queries
    assert probes[3].vector_names == ()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (Query(like="absent"), "no part 'absent'"),
        (Query("Mutter", weights={"name": 0, "terms": 0, "description": 0}), "nothing to compare"),
    ],
)
def test_what_nothing_can_answer_is_refused(
    catalog: SmallCatalog, query: Query, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make_probes(catalog, [query])
