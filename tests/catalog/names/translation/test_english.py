from __future__ import annotations

import pytest

from catalog.names.translation.english import plural, singulars


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("screw", "screws"), ("bush", "bushes"), ("box", "boxes"), ("battery", "batteries"),
        ("key", "keys"), ("knife", "knives"), ("foot", "feet"), ("measuring device", "measuring devices"),
        ("compass", "compasses"), ("piece of furniture", "pieces of furniture"),
    ],
)  # fmt: skip
def test_plural_and_back(one: str, many: str) -> None:
    assert plural(one) == many
    if " of " not in many:
        front, _, head = many.rpartition(" ")
        assert one in [f"{front} {form}".strip() for form in singulars(head)]


@pytest.mark.parametrize("word", ["pliers", "scissors", "equipment", "lighting", "PT100"])
def test_words_without_another_plural(word: str) -> None:
    assert plural(word) == word


@pytest.mark.parametrize("word", ["gas", "brass", "bolt", ""])
def test_words_that_are_no_plural(word: str) -> None:
    assert singulars(word) == ()
