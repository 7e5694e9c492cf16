from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from catalog.errors import CatalogNotFound, ImageRejected, UsageError
from catalog.settings import load_settings
from catalog.store.filters import Equals
from catalog.store.open import open_store
from search.api import search, search_many
from search.hits.results import SearchResult
from search.queries.filters_text import parse_filter
from search.queries.query import Query
from search.searcher import Searcher
from tests.search.small_catalog import Item, SmallCatalog, build, picture, point

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (120, 120, 120)
ITEMS = (
    Item("A-100", "Sechskantschraube M8", "Hexagon bolt M8", "Bolts", (RED,)),
    Item("A-101", "Sechskantschraube M10", "Hexagon bolt M10", "Bolts", ((250, 10, 0),)),
    Item("A-102", "Sechskantschraube", "Hexagon bolt", "Bolts"),
    Item("N-1", "Mutter M8", "Nut M8", "Nuts", (GREEN, BLUE)),
    Item("N-2", "Mutter M10", None, "Nuts"),
    Item("P 7/31", None, "Gasket", None, (GREY,)),
    Item("Z-9", None, None, None, (BLUE,)),
    Item("Z-10"),
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    built = build(tmp_path_factory.mktemp("store"), ITEMS)
    yield built
    built.close()


def numbers(result: SearchResult) -> list[str]:
    return [hit.part_number for hit in result.hits]


def test_an_exact_name_scores_nearly_one(catalog: SmallCatalog) -> None:
    for text in ("Sechskantschraube M8", "Hexagon bolt M8", "Gasket"):
        hit = search(catalog, text=text).hits[0]
        assert text in (hit.name_de, hit.name_en)
        assert hit.score > 0.97


def test_scores_fall_from_hit_to_hit_and_stay_in_bounds(catalog: SmallCatalog) -> None:
    scores = [hit.score for hit in search(catalog, text="Mutter M8").hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 < min(scores) <= max(scores) <= 1


def test_m8_is_asked_and_m10_comes_after_all_without_a_thread(catalog: SmallCatalog) -> None:
    part_numbers = numbers(search(catalog, text="Sechskantschraube M8"))
    assert part_numbers.index("A-100") < part_numbers.index("A-102") < part_numbers.index("A-101")


def test_a_picture_finds_the_part_by_its_best_view(catalog: SmallCatalog) -> None:
    result = search(catalog, image=picture(BLUE), explain=True)
    assert numbers(result)[:2] == ["N-1", "Z-9"]
    assert result.hits[0].image == result.hits[0].why.view == "N-1-1.png"


def test_text_and_picture_together_beat_either(catalog: SmallCatalog) -> None:
    both = search(catalog, text="Sechskantschraube", image=picture(RED))
    assert numbers(both)[0] == "A-100"


def test_weights_decide_which_side_counts(catalog: SmallCatalog) -> None:
    by_image = search(catalog, text="Gasket", image=picture(RED), weights={"image": 20})
    by_name = search(catalog, text="Gasket", image=picture(RED), weights={"name": 20, "terms": 20})
    assert numbers(by_image)[0] == "A-100"
    assert numbers(by_name)[0] == "P 7/31"


def test_a_weight_of_zero_leaves_a_vector_out(catalog: SmallCatalog) -> None:
    result = search(catalog, text="Gasket", image=picture(RED), weights={"image": 0})
    assert all("image" not in hit.why.vectors for hit in result.hits)


def test_like_finds_others_never_itself(catalog: SmallCatalog) -> None:
    for item in ITEMS[:7]:
        assert item.number not in numbers(search(catalog, like=item.number, limit=100))
    assert numbers(search(catalog, like="Z-9"))[0] == "N-1"


def test_a_german_only_part_is_compared_with_english_only_ones(catalog: SmallCatalog) -> None:
    vectors = search(catalog, like="N-2", limit=100).hits
    assert any(hit.part_number == "P 7/31" for hit in vectors)


@pytest.mark.parametrize("text", ["A-100", " A-100 ", "a-100", "a100", "A 100", "A–100"])
def test_a_typed_part_number_comes_first_and_says_so(catalog: SmallCatalog, text: str) -> None:
    hit = search(catalog, text=text).hits[0]
    assert hit.part_number == "A-100"
    assert hit.score > 0.998
    assert hit.why.part_number in ("exact", "folded")


def test_the_exact_number_scores_one(catalog: SmallCatalog) -> None:
    assert search(catalog, text="P 7/31").hits[0].score == 1.0


@pytest.mark.parametrize(("text", "kind"), [("A-10", "prefix"), ("7/31", "part")])
def test_a_piece_of_a_part_number_finds_it(catalog: SmallCatalog, text: str, kind: str) -> None:
    hit = search(catalog, text=text).hits[0]
    assert hit.why.part_number == kind
    assert 0.5 < hit.score < 0.999


def test_a_text_longer_than_every_number_matches_none(catalog: SmallCatalog) -> None:
    assert all(hit.why.part_number is None for hit in search(catalog, text="A-10 P 7/31").hits)


def test_a_filter_holds_for_names_numbers_and_pictures(catalog: SmallCatalog) -> None:
    nuts = "family=Nuts"
    assert set(numbers(search(catalog, text="Sechskantschraube", filters=nuts))) <= {"N-1", "N-2"}
    assert set(numbers(search(catalog, image=picture(RED), filters=[nuts]))) == {"N-1"}
    assert "A-100" not in numbers(search(catalog, text="A-100", filters=Equals("family", "Nuts")))


def test_facets_count_what_the_filter_leaves(catalog: SmallCatalog) -> None:
    assert list(catalog.facet("family", "has=image").items()) == [("Bolts", 2), ("Nuts", 1)]
    assert catalog.facet("thread", ["family=Bolts"]).keys() >= {"M8", "M10"}
    with pytest.raises(UsageError, match="unknown facet key 'weight_kg'"):
        catalog.facet("weight_kg")


def test_limit_and_min_score_cut(catalog: SmallCatalog) -> None:
    assert len(search(catalog, text="Mutter", limit=1).hits) == 1
    assert all(hit.score >= 0.5 for hit in search(catalog, text="Mutter", min_score=0.5).hits)


def test_shares_add_up_to_one(catalog: SmallCatalog) -> None:
    for query in (Query("Mutter M8", image=picture(RED)), Query(like="N-1"), Query("A-10")):
        for hit in Searcher(catalog).search(query).hits:
            shares = [vector.share for vector in hit.why.vectors.values()]
            assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_explain_names_words_attributes_and_reads_in_the_query_s_language(
    catalog: SmallCatalog,
) -> None:
    hits = search(catalog, text="Sechskantschraube M8 verzinkt", explain=True).hits
    why = {hit.part_number: hit.why for hit in hits}
    words = why["A-100"].words
    assert words is not None
    assert "m8" in words.shared
    assert any(word.startswith("verzink") for word in words.missing)
    assert why["A-101"].attributes.conflicts["thread"] == ("M8", "M10")
    assert "Widerspruch" in (why["A-101"].text or "")


def test_what_has_no_language_is_explained_in_that_of_the_best_hit(tmp_path: Path) -> None:
    built = build(tmp_path, [Item("S-1", "Sensor, rund", colours=(BLUE,))])
    for query in ({"text": "Sensor"}, {"image": picture(BLUE)}):
        (hit,) = search(built, explain=True, **query).hits
        text = hit.why.text or ""
        assert "Bild 100%" in text or "deutscher Name" in text
    built.close()


def test_equal_scores_go_by_part_number(tmp_path: Path) -> None:
    names = ["T-3", "T-1", "T-2", "T-10"]
    built = build(tmp_path, [Item(name, "Dichtung", "Seal") for name in names])
    assert numbers(search(built, text="Dichtung")) == sorted(names)
    assert numbers(search(built, text="Dichtung", limit=2)) == sorted(names)[:2]
    built.close()


def test_a_batch_answers_as_single_queries_do(catalog: SmallCatalog) -> None:
    queries: Sequence[Query] = [
        Query("Mutter M8"),
        Query(image=picture(BLUE), explain=True),
        Query("a100"),
        Query(like="N-1", limit=3),
        Query("Gasket", image=picture(GREY), where=parse_filter("has=image")),
        Query("???"),
    ]
    batch = search_many(catalog, queries)
    assert [result.hits for result in batch] == [Searcher(catalog).search(q).hits for q in queries]


def test_many_queries_go_in_several_batches(catalog: SmallCatalog) -> None:
    results = search_many(catalog, [Query("Mutter", limit=1)] * 130)
    assert [numbers(result) for result in results] == [["N-1"]] * 130


def test_an_empty_batch_is_fine(catalog: SmallCatalog) -> None:
    assert search_many(catalog, []) == []


def test_a_part_that_nothing_is_known_of_is_found_by_number_only(catalog: SmallCatalog) -> None:
    assert numbers(search(catalog, text="Z-10"))[0] == "Z-10"
    with pytest.raises(UsageError, match="nothing to compare by"):
        search(catalog, like="Z-10")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "  "},
        {"text": "a", "like": "b"},
        {"text": "x" * 2001},
        {"text": "a", "limit": 0},
        {"text": "a", "limit": 1001},
        {"text": "a", "min_score": 1.5},
        {"text": "a", "weights": {"image": -1}},
        {"text": "a", "weights": {"image": float("nan")}},
        {"text": "a", "weights": {"colour": 1}},
        {"text": "a", "filters": "nonsense"},
        {"like": "no such part"},
        {"text": "a", "weights": {"name": 0, "terms": 0, "description": 0}},
    ],
)
def test_wrong_calls_are_refused(catalog: SmallCatalog, given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        search(catalog, **given)  # type: ignore[arg-type]


def test_a_query_image_that_is_none_is_rejected(catalog: SmallCatalog) -> None:
    with pytest.raises(ImageRejected):
        search(catalog, image=b"no image")


def test_an_empty_catalogue_finds_nothing(tmp_path: Path) -> None:
    built = build(tmp_path, [])
    assert search(built, text="Mutter").hits == ()
    built.close()


def test_a_catalogue_that_does_not_exist_is_named(tmp_path: Path) -> None:
    settings = load_settings(store=str(tmp_path), catalog="small")
    with pytest.raises(CatalogNotFound):
        Searcher(SmallCatalog(settings, open_store(settings)))


def test_parts_added_later_are_found(tmp_path: Path) -> None:
    built = build(tmp_path, ITEMS[:2])
    searcher = Searcher(built)
    searcher.search(Query("Dichtung"))
    built.store.upsert([point(Item("S-1", "Dichtung", "Seal"))])
    assert numbers(searcher.search(Query("Dichtung")))[0] == "S-1"
    built.close()
