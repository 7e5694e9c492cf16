"""A file is found by its name as people write it, and only where one file fits."""

from __future__ import annotations

import unicodedata

import pytest

from catalog.errors import ImageRejected
from catalog.images.listing import NameListing, fold_name

LISTING = NameListing(
    [
        "4711.jpg",
        "4712.JPG",
        "4712.jpg",
        "Größe.png",
        "a.txt",
        "a.png",
        "b.tif",
        "b.webp",
        "MIX.Jpeg",
    ]
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("4711.jpg", "4711.jpg"),
        ("4711.JPG", "4711.jpg"),
        ("4712.JPG", "4712.JPG"),  # exact comes first
        ("4711", "4711.jpg"),
        ("a", "a.png"),  # a.txt is no image
        ("a.txt", "a.txt"),
        ("mix", "MIX.Jpeg"),
        (unicodedata.normalize("NFD", "größe.png"), "Größe.png"),
        ("GRÖSSE", "Größe.png"),
    ],
)
def test_the_one_that_fits(name: str, expected: str) -> None:
    assert LISTING.find(name) == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("4713", "missing"),
        ("", "missing"),
        ("471", "missing"),
        ("4712", "ambiguous"),
        ("b", "ambiguous"),
    ],
)
def test_none_or_several(name: str, reason: str) -> None:
    with pytest.raises(ImageRejected) as refusal:
        LISTING.find(name)
    assert refusal.value.reason == reason


def test_folding_twice_changes_nothing() -> None:
    for name in ("Straße.PNG", unicodedata.normalize("NFD", "Öl.JPG"), "ǅ.png"):
        assert fold_name(fold_name(name)) == fold_name(name)
