from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tables.references import split_references


@pytest.mark.parametrize(
    ("cell", "references"),
    [
        ("a.jpg", ["a.jpg"]),
        (" a.jpg ", ["a.jpg"]),
        ("a.jpg;b.png", ["a.jpg", "b.png"]),
        ("a.jpg | b.png\r\nc.webp", ["a.jpg", "b.png", "c.webp"]),
        (";;a.jpg;;", ["a.jpg"]),
        ("a.jpg, b.JPEG", ["a.jpg", "b.JPEG"]),
        ("a.jpg,b.jpg,", ["a.jpg", "b.jpg"]),
        ("https://h/a.jpg?w=1,https://h/b.jpg#x", ["https://h/a.jpg?w=1", "https://h/b.jpg#x"]),
        # a comma inside a name or an address divides nothing
        ("Schraube, M8.jpg", ["Schraube, M8.jpg"]),
        ("https://h/w=1,h=2/a.jpg", ["https://h/w=1,h=2/a.jpg"]),
        ("https://h/image?id=1,2", ["https://h/image?id=1,2"]),
        ("a.jpg,b.jpg;c, d.jpg", ["a.jpg", "b.jpg", "c, d.jpg"]),
        ("photos/1001", ["photos/1001"]),
        (",", []),
        (" ; ", []),
    ],
)
def test_splits_a_cell(cell: str, references: list[str]) -> None:
    assert split_references(cell) == references


@given(st.text(max_size=60))
def test_loses_nothing_but_dividers_and_space(cell: str) -> None:
    references = split_references(cell)
    assert all(reference and reference == reference.strip() for reference in references)

    def bare(text: str) -> list[str]:
        return sorted(sign for sign in text if sign not in ";|,\r\n" and not sign.isspace())

    assert bare("".join(references)) == bare(cell)
