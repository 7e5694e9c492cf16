from __future__ import annotations

import pytest

from catalog.names.words.stemming import stem


@pytest.mark.parametrize(
    "forms",
    [
        ("schraube", "schrauben"),
        ("ring", "ringe", "rings", "ringen", "ringes"),
        ("ventil", "ventile", "ventilen", "ventils"),
        ("feder", "federn"),
        ("kabel", "kabeln", "kabels"),
        ("dichtung", "dichtungen"),
        ("valve", "valves"),
        ("bush", "bushes"),
        ("battery", "batteries", "batterie", "batterien"),
        ("elektrisch", "elektrische", "elektrischer", "elektrisches", "elektrischen"),
        ("lackiert", "lackierte", "lackierter"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["bus", "gas", "brass", "chassis", "m8x20", "6205-2rs", "rad"])
def test_short_words_codes_and_no_plurals_stay(word: str) -> None:
    assert stem(word) == word


def test_different_words_keep_different_stems() -> None:
    words = [
        "washer",
        "washing",
        "lager",
        "lage",
        "filter",
        "folie",
        "motor",
        "moto",
        "seal",
        "sea",
    ]
    assert len({stem(word) for word in words}) == len(words)
