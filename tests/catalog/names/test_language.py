from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.language import guess_language

GERMAN = [
    "Sechskantschraube verzinkt M8x20", "Motor mit Getriebe", "Dichtung", "Türgriff", "SCHRAUBE",
    "Waschmaschine", "Kette", "Bremsscheibe vorne", "Ventil", "Temperatursensor", "Schmierfett",
    "Zahnrad Z20", "Verriegelungsbolzen", "Schnittstellenkarte", "Oelfilter", "Halterung links",
    "Wellendichtringe", "Adapter für Filter", "Motor weiß", "Zwirbelkeit", "Krümmerl",
]  # fmt: skip
ENGLISH = [
    "hexagon bolt M8", "motor with gear", "gasket", "BOLT", "washing machine", "chain",
    "brake disc front", "valve", "temperature sensor", "relay", "starting handle", "bearings",
    "interlocking plunger", "bracket left", "adapter for filter", "Batteries", "thingness",
]  # fmt: skip
UNDECIDED = [
    "", "   ", "!!!", "M8x20", "DIN 933", "6205-2RS", "Motor", "Adapter", "Filter 12 V", "LED", "USB",
    "Generator", "24 V DC 5 A", "Qwrt", "Sensor PT100",
]  # fmt: skip


@pytest.mark.parametrize("name", GERMAN)
def test_german_names(name: str) -> None:
    assert guess_language(name) == "de"


@pytest.mark.parametrize("name", ENGLISH)
def test_english_names(name: str) -> None:
    assert guess_language(name) == "en"


@pytest.mark.parametrize("name", UNDECIDED)
def test_names_that_decide_nothing(name: str) -> None:
    assert guess_language(name) is None


@given(st.sampled_from([*GERMAN, *ENGLISH]), st.sampled_from(["M8x20", "DIN 933", "24 V", "1/2"]))
def test_sizes_and_standards_do_not_count(name: str, size: str) -> None:
    assert guess_language(f"{size} {name} {size}") == guess_language(name)


@given(st.text(max_size=60))
def test_any_text_has_a_defined_outcome(text: str) -> None:
    assert guess_language(text) in ("de", "en", None)
