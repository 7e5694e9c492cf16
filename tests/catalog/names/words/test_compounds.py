from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.words.compounds import base_words, split_compound
from catalog.names.words.lexicon import build_lexicon, lexicon, segmented


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("sechskantschraube", ["sechskant", "schraube"]),
        ("dichtungsringe", ["dichtung", "ring"]),
        ("kugelhaehne", ["kugel", "hahn"]),
        ("rillenkugellager", ["rille", "kugel", "lager"]),
        ("federring", ["feder", "ring"]),
        ("zylinderkopfdichtung", ["zylinder", "kopf", "dichtung"]),
        ("hydraulikschlauchleitungen", ["hydraulik", "schlauch", "leitung"]),
        ("sicherheitsventil", ["sicherheit", "ventil"]),
        ("oelfilter", ["oel", "filter"]),
        ("verschlussstopfen", ["verschluss", "stopfen"]),
        ("kopfstuetzen", ["kopf", "stuetze"]),
        ("bremssattelhalter", ["brems", "sattel", "halter"]),
        # an unknown first part before a known head
        ("molekularmikroskope", ["molekular", "mikroskop"]),
    ],
)
def test_compounds_are_split_into_their_words(word: str, parts: list[str]) -> None:
    assert split_compound(word) == parts


@pytest.mark.parametrize(
    "word",
    [
        *(
            "schraube",
            "handschuh",
            "werkzeug",
            "kunststoff",
            "schraubendreher",
            "drucker",
            "messing",
        ),
        *("motor", "thermometer", "zahnrad", "stecker", "leitung", "verbindung", "anschluss"),
        # English
        *(
            "washer",
            "bearing",
            "bushing",
            "spring",
            "coupling",
            "connector",
            "regulator",
            "housing",
        ),
        *("screwdriver", "transmission", "armature", "ballast", "gearbox", "handle"),
        # no words
        *("", "abc", "m8x20", "6205-2rs", "qwertzuiop", "größe", "ringring "),
    ],
)
def test_simple_and_foreign_words_stay_whole(word: str) -> None:
    assert split_compound(word) == [word]


def test_no_listed_word_is_split() -> None:
    listed = {form.base for form in lexicon().forms.values() if form.rank == 0}
    assert len(listed) > 700
    assert [word for word in sorted(listed) if split_compound(word) != [word]] == []


def test_base_words_undo_inflection_of_simple_words_too() -> None:
    assert base_words("haehne") == base_words("hahn") == ("hahn",)
    assert base_words("raeder") == ("rad",)
    assert base_words("valve") == ("valve",)


def test_longest_constituents_win_and_compound_terms_add_nothing() -> None:
    small = build_lexicon(
        ["Druck", "Luft", "Filter", "Druckluft"], ["Luftfilter", "Filter mit Luft"]
    )
    assert [form.base for form in small.segment("druckluftfilter") or []] == ["druckluft", "filter"]
    assert "luftfilter" not in small.forms


def test_a_term_with_a_known_head_teaches_its_first_part() -> None:
    small = build_lexicon(["Ring", "Blech"], ["Abstreifring", "Rundung"])
    assert [form.base for form in small.segment("abstreifblech") or []] == ["abstreif", "blech"]
    assert [form.base for form in small.segment("rundungen") or []] == ["rundung"]


@given(st.text(max_size=40))
def test_any_text_splits_into_something(text: str) -> None:
    parts = split_compound(text)
    assert parts
    assert all(parts) or parts == [""]
    assert parts == split_compound(text)


@given(st.lists(st.sampled_from(sorted(lexicon().forms)), min_size=1, max_size=4).map("".join))
def test_each_end_of_a_word_is_made_of_what_it_is_made_of_alone(word: str) -> None:
    segments = segmented(word)
    assert segments.from_place(0) is not None
    for start in range(len(word)):
        assert segments.from_place(start) == lexicon().segment(word[start:])
