from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.translation.pieces import may_be_word, pieces


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Schraube M8x20", [("Schraube", "word", ""), ("M8x20", "code", " ")]),
        ("24V-Motor", [("24V", "code", ""), ("Motor", "word", "-")]),
        ("O-Ring", [("O", "word", ""), ("Ring", "word", "-")]),
        ("AB12-XYZT", [("AB12-XYZT", "code", "")]),
        ("links/rechts", [("links", "word", ""), ("/", "mark", ""), ("rechts", "word", "")]),
        ("1/2\"", [("1/2", "code", ""), ('"', "mark", "")]),
        ("1,5 mm² (rot)", [("1,5", "code", ""), ("mm²", "code", " "), ("(", "mark", " "),
                           ("rot", "word", ""), (")", "mark", "")]),
        ("DIN 933", [("DIN", "code", ""), ("933", "code", " ")]),
        ("", []),
        (" - ", [("-", "mark", "")]),
    ],
)  # fmt: skip
def test_words_codes_and_marks(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(piece.text, piece.kind, piece.gap) for piece in pieces(name)] == expected


def test_an_acronym_may_be_a_word_only_in_a_name_in_capitals() -> None:
    capitals, mixed = pieces("KETTE 10 MM M8x20"), pieces("Kette NBR")
    assert [piece.text for piece in capitals if may_be_word(piece, capitals)] == ["KETTE"]
    assert [piece.text for piece in mixed if may_be_word(piece, mixed)] == ["Kette"]


@given(st.text(max_size=60))
def test_nothing_but_spaces_and_hyphens_is_lost(text: str) -> None:
    kept = "".join(piece.text for piece in pieces(text))
    assert "".join(kept.split()).replace("-", "") == "".join(text.split()).replace("-", "")
