from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tables.columns.headings import Heading, recognise
from catalog.tables.rows import FIELDS

ROLES = {*FIELDS, "name", "description", "long_text", "weight_unit"} - {"name_de", "name_en"}


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Artikelnummer", "part_number"),
        ("ARTIKEL-NR.", "part_number"),
        ("Artikel_Nr", "part_number"),
        ("artikelNr", "part_number"),
        ("Material Nummer", "part_number"),
        ("Teile-Nr.", "part_number"),
        ("Sachnummer", "part_number"),
        ("Part No.", "part_number"),
        ("partNumber", "part_number"),
        ("PART #", "part_number"),
        ("P/N", "part_number"),
        ("SKU", "part_number"),
        ("Item", "part_number"),
        ("Schluessel", "part_number"),
        ("Warengruppe", "family"),
        ("Product Group", "family"),
        ("Unterfamilie", "subfamily"),
        ("sub-category", "subfamily"),
        ("Gewicht [kg]", "weight_kg"),
        ("Net weight (lb)", "weight_kg"),
        ("Stückgewicht in g", "weight_kg"),
        ("STUECKGEWICHT", "weight_kg"),
        ("Gewichtseinheit", "weight_unit"),
        ("Entity number", "entity"),
        ("Buchungskreis", "entity"),
        ("Bild", "image"),
        ("Bild1", "image"),
        ("Bild 12", "image"),
        ("Bild (2)", "image"),
        ("image_url", "image"),
        ("Image 3 URL", "image"),
        ("Fotos", "image"),
        ("Materiallangtext", "long_text"),
        ("Description", "description"),
    ],
)
def test_knows_common_headings(heading: str, role: str) -> None:
    recognised = recognise(heading)
    assert recognised is not None
    assert recognised.role == role


@pytest.mark.parametrize(
    ("heading", "language", "marked"),
    [
        ("Bezeichnung", "de", False),
        ("Benennung", "de", False),
        ("Materialkurztext", "de", False),
        ("Part name", "en", False),
        ("Designation", "en", False),
        ("Bezeichnung DE", "de", True),
        ("Bezeichnung_EN", "en", True),
        ("Bezeichnung (englisch)", "en", True),
        ("Deutsche Bezeichnung", "de", True),
        ("Englische Benennung", "en", True),
        ("Name (German)", "de", True),
        ("name_en", "en", True),
        ("English name", "en", True),
        ("EN Name", "en", True),
        ("nameDe", "de", True),
    ],
)
def test_knows_the_language_of_names(heading: str, language: str, marked: bool) -> None:
    recognised = recognise(heading)
    assert recognised is not None
    assert (recognised.role, recognised.language, recognised.marked) == ("name", language, marked)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Gewicht", None),
        ("Gewicht [kg]", "kg"),
        ("weight_kg", "kg"),
        ("Gewicht in Gramm", "g"),
        ("Gewicht/g", "g"),
        ("Weight (lbs)", "lb"),
        ("Gewicht (t)", "t"),
        ("Weight oz", "oz"),
        ("Masse mg", "mg"),
    ],
)
def test_knows_the_unit_of_a_weight(heading: str, unit: str | None) -> None:
    recognised = recognise(heading)
    assert recognised is not None
    assert (recognised.role, recognised.unit) == ("weight_kg", unit)


@pytest.mark.parametrize(
    "heading",
    [
        "",
        " ",
        "1001",
        "Schraube M8",
        "Lieferantennummer",
        "Lieferanten-Artikelnummer",
        "Preis",
        "Menge",
        "column 3",
        "Artikelnummer: 1001",
        "x" * 10_000,
    ],
)
def test_does_not_guess_beyond_its_vocabulary(heading: str) -> None:
    assert recognise(heading) is None


@given(st.text(max_size=100))
def test_any_text_is_a_heading_or_none(text: str) -> None:
    assert isinstance(recognise(text), Heading | None)
