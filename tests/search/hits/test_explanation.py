"""Why a part was found: the JSON that the command line prints, and the sentence for people."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from catalog.names.attributes import AttributeComparison
from search.hits.explanation import (
    Explanation,
    MatchedWords,
    VectorShare,
    matched_view,
    matched_words,
    vector_shares,
)
from search.hits.sentence import sentence

WHOLE = Explanation(
    vectors={"image": VectorShare(0.91, 0.25), "name_de": VectorShare(0.5, 0.75)},
    part_number="prefix",
    attributes=AttributeComparison(
        {"length_mm": 20.0}, {"dimensions_mm": ([20.0, 42.0], [12.0, 28.5])}
    ),
    words=MatchedWords(("schraub", "m8"), ("verzinkt",)),
    view="a/b.png",
    text="why",
)


def test_the_json_of_a_whole_explanation() -> None:
    assert json.dumps(WHOLE.to_json()) == (
        '{"vectors": {"image": {"similarity": 0.91, "share": 0.25}, '
        '"name_de": {"similarity": 0.5, "share": 0.75}}, '
        '"part_number": "prefix", '
        '"attributes": {"shared": {"length_mm": 20.0}, '
        '"conflicts": {"dimensions_mm": [[20.0, 42.0], [12.0, 28.5]]}}, '
        '"words": {"shared": ["schraub", "m8"], "missing": ["verzinkt"]}, '
        '"view": "a/b.png", "text": "why"}'
    )


def test_what_there_is_none_of_is_left_out_of_the_json() -> None:
    assert Explanation().to_json() == {"vectors": {}}
    assert Explanation(words=MatchedWords()).to_json()["words"] == {"shared": [], "missing": []}
    only_shared = Explanation(attributes=AttributeComparison({"thread": "M8"}))
    assert only_shared.to_json()["attributes"] == {"shared": {"thread": "M8"}, "conflicts": {}}


def test_the_sentence_has_the_larger_share_first_in_both_languages() -> None:
    assert sentence(WHOLE) == (
        "its part number begins so; German name 75%, picture 25%; shared: length_mm 20; "
        "conflict: dimensions_mm 20/42 ≠ 12/28.5; shared: schraub m8; "
        "not in the part: verzinkt; view: a/b.png"
    )
    assert sentence(WHOLE, "de").startswith("seine Teilenummer beginnt so; deutscher Name 75%")
    assert sentence(replace(WHOLE, part_number=None), "de").startswith("deutscher Name 75%")


def test_nothing_to_say_is_an_empty_sentence() -> None:
    assert sentence(Explanation()) == ""
    assert sentence(Explanation(vectors={"terms": VectorShare(0.0, 0.0)})) == ""


def test_shares_have_four_digits_and_a_missing_vector_has_none() -> None:
    shares = vector_shares(["image", "terms"], [float("nan"), 0.123456], [0.0, 1.0])
    assert shares == {"terms": VectorShare(0.1235, 1.0)}


def test_words_are_compared_as_tokens_over_both_names_and_the_description() -> None:
    payload = {"name_de": "Sechskantschraube M8", "name_en": None, "description": "verzinkt"}
    words = matched_words(["Schraube M8 M8 Messing"], payload)
    assert "m8" in words.shared
    assert words.missing == ("messing",)
    assert matched_words([], payload) == MatchedWords()


def test_the_view_that_matched_is_the_nearest_to_any_of_the_query_s() -> None:
    views = np.eye(3, dtype=np.float32)
    queries = np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 0.9]], dtype=np.float32)
    assert matched_view(queries, views) == 2
