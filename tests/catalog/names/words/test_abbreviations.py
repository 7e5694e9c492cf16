"""Abbreviations are spelled out where they are meant, and codes stay codes."""

from __future__ import annotations

import pytest

from catalog.names.words.abbreviations import abbreviations, expand, spelled_out
from catalog.names.words.folding import fold
from catalog.parts import LANGUAGES, Language


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Zyl.Schraube", "Zylinder-Schraube"),
        ("de", "Sechskt.-Schr. M8", "Sechskant-Schraube M8"),
        ("de", "Lager re/li", "Lager rechts/links"),
        ("de", "6-kt Mutter", "Sechskant Mutter"),
        ("de", "Senkschr. M4", "Senkschraube M4"),
        ("en", "hex.nut", "hexagon nut"),
        ("en", "Brkt-Assy", "Bracket-Assembly"),
        ("en", "w/ nut", "with nut"),
    ],
)
def test_abbreviations_are_spelled_out(language: Language, text: str, expected: str) -> None:
    assert expand(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "SW-125"),  # codes
        ("en", "UFT-SW-A"),
        ("de", "5 m."),  # metres
        ("de", "Gew M8"),  # wants its dot
        ("en", "nonsense. word"),
        ("de", ""),
    ],
)
def test_all_else_stays_as_it_is(language: Language, text: str) -> None:
    assert expand(text, language) == text


def test_a_word_stands_for_what_needs_no_dot_and_means_one_thing() -> None:
    assert spelled_out("assy") == ("assembly",)
    assert spelled_out("bolt") == ("bolt",)
    assert spelled_out("gew") == ("gew",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_folded_and_says_what_each_stands_for(language: Language) -> None:
    for short, entry in abbreviations(language).items():
        assert short == entry.short == fold(short)
        assert entry.long
        assert entry.language == language
