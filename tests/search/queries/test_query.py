"""What can be asked, and which options many queries share."""

from __future__ import annotations

import pytest

from catalog.errors import UnknownName, UsageError
from catalog.store.filters import Equals
from search.queries.query import Query, QueryOptions, read_filters
from search.queries.weights import parse_weights


def test_options_are_handed_to_each_query() -> None:
    options = QueryOptions(
        where=Equals("family", "Nuts"), weights={"image": 2}, limit=3, min_score=0.1, explain=True
    )
    query = options.query("Mutter", None, None)
    assert (query.text, query.image, query.like) == ("Mutter", None, None)
    for name in ("where", "weights", "limit", "min_score", "explain"):
        assert getattr(query, name) == getattr(options, name)


def test_a_query_needs_a_subject_but_options_do_not() -> None:
    assert QueryOptions().limit == Query("x").limit
    with pytest.raises(UsageError, match="ask for something"):
        QueryOptions().query(" ", None, None)


@pytest.mark.parametrize(
    "given", [{"limit": 0}, {"min_score": 2}, {"weights": {"image": -1}}, {"weights": {"x": 1}}]
)
def test_wrong_options_are_refused_without_a_query(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        QueryOptions(**given)  # type: ignore[arg-type]


def test_filters_are_read_from_texts_and_taken_as_conditions() -> None:
    condition = Equals("family", "Nuts")
    assert read_filters(None) is None
    assert read_filters("family=Nuts") == read_filters(["family=Nuts"]) == condition
    assert read_filters(condition) is condition


def test_weights_are_read_by_vector_or_group() -> None:
    assert parse_weights(["image=2", "name = .5", "image=3"]) == {"image": 3.0, "name": 0.5}
    with pytest.raises(UnknownName, match="did you mean 'image'"):
        parse_weights(["imag=2"])
    with pytest.raises(UsageError, match="number >= 0"):
        parse_weights(["image=-2"])
