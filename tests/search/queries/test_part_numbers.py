"""Parts found by their number: whole, without its punctuation, or a piece of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.store.filters import Condition, Equals
from search.queries.part_numbers import NumberMatch, PartNumbers, squash
from tests.search.small_catalog import Item, SmallCatalog, build

NUMBERS = ("AB-12/3", "ab 12 34", "XAB123", "ÄB-99", "7", "Motor 5")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    items = [Item(number, "Mutter", None, f"F{place}") for place, number in enumerate(NUMBERS)]
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def kinds(
    catalog: SmallCatalog, text: str, *, in_part: bool = True, where: Condition | None = None
) -> dict[str, str]:
    [matches] = PartNumbers(catalog.store, "small").find([text], [where], [in_part])
    records = catalog.store.get(list(matches))
    assert [record.id for record in records] == list(matches)
    return {str(r.payload["part_number"]): matches[r.id].kind for r in records}


def test_the_number_itself_is_all_that_is_found(catalog: SmallCatalog) -> None:
    assert kinds(catalog, " AB-12/3 ") == {"AB-12/3": "exact"}
    assert kinds(catalog, "7") == {"7": "exact"}


def test_without_punctuation_comes_before_a_beginning_and_that_before_a_part(
    catalog: SmallCatalog,
) -> None:
    found = kinds(catalog, "ab123")
    assert list(found) == ["AB-12/3", "ab 12 34", "XAB123"]
    assert list(found.values()) == ["folded", "prefix", "part"]


def test_pieces_are_only_looked_for_where_less_will_do(catalog: SmallCatalog) -> None:
    assert kinds(catalog, "ab123", in_part=False) == {"AB-12/3": "folded"}
    assert kinds(catalog, "b12", in_part=False) == {}


@pytest.mark.parametrize("text", ["", "  ", "ab", "Motor", "a b c d 12", "x" * 30 + "1"])
def test_what_is_no_number_matches_none(catalog: SmallCatalog, text: str) -> None:
    assert kinds(catalog, text) == {}


def test_a_condition_holds_for_numbers_too(catalog: SmallCatalog) -> None:
    assert kinds(catalog, "ab123", where=Equals("family", "F2")) == {"XAB123": "part"}
    assert kinds(catalog, "7", where=Equals("family", "F0")) == {}


def test_floors_fall_from_the_number_to_its_pieces_and_with_the_share() -> None:
    floors = [
        NumberMatch("exact", 1.0).floor,
        NumberMatch("folded", 1.0).floor,
        NumberMatch("prefix", 0.9).floor,
        NumberMatch("prefix", 0.2).floor,
        NumberMatch("part", 0.6).floor,
    ]
    assert floors == sorted(floors, reverse=True)
    assert floors[0] == 1.0
    assert floors[-1] > 0.5


@given(st.text(max_size=20))
def test_squashing_twice_is_squashing_once(text: str) -> None:
    assert squash(squash(text)) == squash(text)
