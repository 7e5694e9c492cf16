"""Each size, standard and code becomes one word in one writing."""

from __future__ import annotations

import pytest

from catalog.names.words.joining import join_numbers


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("m 8 x 20", "m8x20"),
        ("20 mm x 30 mm", "20x30"),
        ("din en iso 4017", "iso4017"),
        ("din933-m8x20", "din933 m8x20"),
        ("0,5 kw", "0.5kw"),
        ('g 1/2"', "g1/2"),
        ("6205.2rs", "6205-2rs"),
        ("62052rs c3", "6205-2rs c3"),
        ("80 °c", "80c"),
        ("24 v dc", "24v dc"),
        ("2800 1/min", "2800rpm"),
        ("ip 67", "ip67"),
        ("o-ring", "oring"),
    ],
)
def test_numbers_are_joined_to_what_belongs_to_them(folded: str, expected: str) -> None:
    assert join_numbers(folded).split() == expected.split()


@pytest.mark.parametrize("folded", ["1.000", "1,000", "schraube", "m8", ""])
def test_all_else_stays(folded: str) -> None:
    assert join_numbers(folded) == folded


def test_a_count_of_metres_is_no_thread() -> None:
    assert join_numbers("10 m 8 mm") == "10m 8mm"
