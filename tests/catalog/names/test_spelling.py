"""Block letters become normal case, and umlauts come back where the lexicon proves them."""

from __future__ import annotations

import pytest

from catalog.names.spelling import lower_block_letters, restore_umlauts
from catalog.parts import Language


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "SECHSKANTSCHRAUBE M8X20", "Sechskantschraube M8x20"),
        ("de", "KUGELLAGER 6205-2RS FUER WELLE", "Kugellager 6205-2RS fuer Welle"),
        ("en", "HEX NUT DIN 934", "Hex nut DIN 934"),
        ("en", "O-RING NBR 20X3", "O-ring NBR 20x3"),
        ("de", "EPDM", "EPDM"),
        ("de", "Mutter M8", "Mutter M8"),
        ("de", "XQ 12", "XQ 12"),
        ("de", "", ""),
    ],
)
def test_block_letters(language: Language, text: str, expected: str) -> None:
    assert lower_block_letters(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zuendkerze", "Zündkerze"),
        ("Oelfilter", "Ölfilter"),
        ("SCHLUESSEL", "SCHLÜSSEL"),
        ("Massband", "Maßband"),
        ("Duese 3/8", "Düse 3/8"),
        ("Wasser", "Wasser"),
        ("Xuenqoe", "Xuenqoe"),
        ("Ölfilter", "Ölfilter"),
    ],
)
def test_umlauts(text: str, expected: str) -> None:
    assert restore_umlauts(text) == expected
