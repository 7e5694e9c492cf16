from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.normalise import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kugelhähne", "kugelhaehne"),
        ("MUTTER  \t M8", "mutter m8"),
        ("Schließblech", "schliessblech"),
        ("STRAẞE", "strasse"),
        ("½ Zoll", "1/2 zoll"),
        ("mm²", "mm2"),
        ("Ｍ８", "m8"),
        ("Dich\u00adtung", "dichtung"),
        ("Ring\u200b\u00a0groß", "ring gross"),
        ("Café Señor", "cafe senor"),
        ("a\x00b\x1fc", "a b c"),
        ("Ma\u0308nner", "maenner"),
        ("", ""),
    ],
)
def test_fold_gives_writings_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_is_idempotent_and_leaves_single_spaces(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())


@given(st.text(alphabet="abcäöüßÄÖÜ eé\u0308"))
def test_fold_ignores_case_and_normal_form(text: str) -> None:
    import unicodedata

    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(text.upper()) == fold(text)
