from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.parts import Part, from_payload, to_payload
from catalog.tables.rows import FIELDS, SourceRow
from ingest.cleaning.cleaner import CleanedRow, Cleaner
from ingest.cleaning.name_pairs import NamePairs
from ingest.cleaning.placeholders import is_placeholder
from ingest.cleaning.weights import parse_weight


def row(**fields: str) -> SourceRow:
    return SourceRow(1, {"part_number": "4711", **fields})


def clean(*others: SourceRow, has_views: bool = False, **fields: str) -> CleanedRow:
    pairs = NamePairs()
    for other in others:
        pairs.add(other)
    return Cleaner(pairs).clean(row(**fields), has_views=has_views)


def part_of(cleaned: CleanedRow) -> Part:
    assert cleaned.part is not None
    assert cleaned.dropped is None
    return cleaned.part


# -- rows that are dropped ----------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "  ", "\u00a0", "-", "???", "n/a", "NULL", "unbekannt"])
def test_a_row_without_part_number_is_dropped(number: str) -> None:
    cleaned = clean(part_number=number, name_de="Schraube")
    assert (cleaned.part, cleaned.dropped) == (None, "no_part_number")


@pytest.mark.parametrize("number", ["A" * 257, "12\n34", "12\x0034", "12\ud80034"])
def test_a_bad_part_number_is_dropped(number: str) -> None:
    cleaned = clean(part_number=number, name_de="Schraube")
    assert (cleaned.part, cleaned.dropped) == (None, "bad_part_number")


@pytest.mark.parametrize(
    "fields",
    [{}, {"name_de": "n/a", "name_en": "-"}, {"family": "Schrauben"}, {"description": "???"}],
)
def test_a_row_without_any_information_is_dropped(fields: dict[str, str]) -> None:
    cleaned = Cleaner(NamePairs()).clean(row(**fields), has_views=False)
    assert (cleaned.part, cleaned.dropped) == (None, "no_information")


def test_a_view_or_a_description_is_information() -> None:
    assert part_of(clean(has_views=True)).name_de is None
    assert part_of(clean(description="Ersatz für 4712")).description == "Ersatz für 4712"


@pytest.mark.parametrize("number", ["0", "007", "2004E205", "1.10", "x", "A/B-1 2"])
def test_part_numbers_stay_text(number: str) -> None:
    cleaned = clean(part_number=f" {number} ", name_de="Ring")
    assert part_of(cleaned).part_number == number
    assert "part_number_normalised" not in cleaned.events


def test_odd_characters_in_a_part_number_are_normalised_and_noted() -> None:
    cleaned = clean(part_number="A\u00a01 O\u0308", name_de="Ring")
    assert part_of(cleaned).part_number == "A 1 Ö"
    assert "part_number_normalised" in cleaned.events


# -- names --------------------------------------------------------------------------------------


def test_given_names_are_kept_as_given_and_cleaned_beside() -> None:
    cleaned = clean(name_de=" SKT.SCHR. M8X20 ", name_en="hex scr")
    part = part_of(cleaned)
    assert (part.name_de, part.clean_de) == ("SKT.SCHR. M8X20", "Sechskant-Schraube M8x20")
    assert (part.name_en, part.clean_en) == ("hex scr", "hexagon screw")
    assert part.name_origin == {"de": "given", "en": "given"}
    assert {"name_de_cleaned", "name_en_cleaned"} <= set(cleaned.events)
    assert part.attributes == {"thread": "M8", "length_mm": 20.0}


def test_a_missing_name_is_filled_from_the_same_name_elsewhere() -> None:
    others = [row(name_de="Sonderteil Xy", name_en="special thing")]
    cleaned = clean(*others, name_de="SONDERTEIL  XY")
    part = part_of(cleaned)
    assert (part.name_en, part.name_origin) == ("special thing", {"de": "given", "en": "filled"})
    assert "name_en_filled" in cleaned.events
    back = part_of(clean(*others, name_en="Special Thing"))
    assert (back.name_de, back.name_origin["de"]) == ("Sonderteil Xy", "filled")


def test_a_missing_name_is_else_translated() -> None:
    cleaned = clean(name_de="Sechskantmutter M8")
    part = part_of(cleaned)
    assert part.name_en is not None
    assert "nut" in part.name_en.lower()
    assert "M8" in part.name_en
    assert part.name_origin == {"de": "given", "en": "translated"}
    assert "name_en_translated" in cleaned.events


def test_a_name_nobody_can_translate_is_left_missing() -> None:
    cleaned = clean(name_de="Qwrtz Plmkn")
    part = part_of(cleaned)
    assert (part.name_en, part.clean_en, part.name_origin) == (None, None, {"de": "given"})
    assert "name_en_missing" in cleaned.events


def test_a_filled_name_is_storable() -> None:
    cleaned = clean(row(name_de="Ring", name_en="ring \ud83d"), name_de="Ring")
    assert part_of(cleaned).name_en == "ring \ufffd"


def test_given_names_are_never_overwritten() -> None:
    others = [row(name_de="Mutter", name_en="nut")] * 9
    cleaned = clean(*others, name_de="Mutter", name_en="mother")
    assert part_of(cleaned).name_en == "mother"


def test_a_name_in_the_wrong_column_is_noted_and_stays() -> None:
    cleaned = clean(name_en="Sechskantschraube mit Flansch", name_de="Schraube")
    assert "name_language_suspect" in cleaned.events
    assert part_of(cleaned).name_en == "Sechskantschraube mit Flansch"


@pytest.mark.parametrize(
    "text", ["n/a", "-", "???", "TBD", "unbekannt", "#N/A", "...", "NaN", "k.A."]
)
def test_placeholders_count_as_absent(text: str) -> None:
    cleaned = clean(name_de=text, name_en="nut")
    assert "placeholder_name_de" in cleaned.events
    assert part_of(cleaned).name_origin.get("de") != "given"
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Mutter", "M8", "N", "Nabe", "Tbd-Ring", "0"])
def test_short_names_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


def test_long_texts_are_cut_and_noted() -> None:
    cleaned = clean(name_de="Mutter " * 1000, description="x" * 30_000, family="F" * 999)
    part = part_of(cleaned)
    assert part.name_de is not None
    assert len(part.name_de) <= 1000
    assert part.description is not None
    assert len(part.description) == 20_000
    assert {"name_de_truncated", "description_truncated", "family_truncated"} <= set(cleaned.events)


def test_broken_characters_are_replaced_and_noted() -> None:
    cleaned = clean(name_de="Mutter \ud83d M8")
    assert part_of(cleaned).name_de == "Mutter \ufffd M8"
    assert "broken_characters" in cleaned.events


def test_family_and_entity_are_stripped() -> None:
    part = part_of(
        clean(name_de="Ring", family=" Dichtungen ", subfamily="\tO-Ringe", entity=" 12 ")
    )
    assert (part.family, part.subfamily, part.entity) == ("Dichtungen", "O-Ringe", "12")


# -- weights ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("0,125", 0.125),
        ("0.125", 0.125),
        ("125 g", 0.125),
        ("125g", 0.125),
        ("1.234,5 kg", 1234.5),
        ("1,234.5 kg", 1234.5),
        ("1,234", 1.234),
        ("1.234", 1.234),
        ("1.234.567", 1234567.0),
        ("1'200 kg", 1200.0),
        ("2 lb", 0.90718474),
        ("8 oz", 0.226796185),
        ("1,5 t", 1500.0),
        (",5", 0.5),
        ("1e-3", 0.001),
        (" 3 KG. ", 3.0),
    ],
)
def test_weights_are_read_in_kilograms(text: str, weight: float) -> None:
    assert parse_weight(text) == pytest.approx(weight, rel=1e-12)
    assert part_of(clean(name_de="Ring", weight_kg=text)).weight_kg == parse_weight(text)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "abc",
        "nan",
        "inf",
        "1e99",
        "12 m",
        "1,2,3.4.5",
        "kg",
        "1 2 3",
        "1/2",
        "5 kg 3",
        "1e9",
    ],
)
def test_a_bad_weight_is_absent_and_noted(text: str) -> None:
    cleaned = clean(name_de="Ring", weight_kg=text)
    assert part_of(cleaned).weight_kg is None
    assert "bad_weight" in cleaned.events


def test_an_empty_weight_is_no_event() -> None:
    assert "bad_weight" not in clean(name_de="Ring", weight_kg=" ").events


# -- pairs --------------------------------------------------------------------------------------


def test_the_most_frequent_counterpart_wins_and_ties_are_alphabetical() -> None:
    rows = [
        *[row(name_de="Scheibe", name_en="washer")] * 3,
        *[row(name_de="SCHEIBE", name_en="disc")] * 2,
        row(name_de="Bolzen", name_en="pin"),
        row(name_de="Bolzen", name_en="bolt"),
    ]
    random.Random(1).shuffle(rows)
    pairs = NamePairs()
    for source_row in rows:
        pairs.add(source_row)
    assert pairs.lookup("scheibe", "de") == "washer"
    assert pairs.lookup("Bolzen", "de") == "bolt"
    assert pairs.lookup("Disc", "en") == "SCHEIBE"
    assert pairs.lookup("Mutter", "de") is None


def test_pairs_for_fitting_come_most_frequent_first_with_single_names_behind() -> None:
    pairs = NamePairs()
    for source_row in [
        row(name_de="Ring"),
        row(name_de="Mutter", name_en="nut"),
        *[row(name_de="Bolzen", name_en="bolt")] * 2,
        row(name_en="valve"),
        row(name_de="n/a", name_en="-"),
    ]:
        pairs.add(source_row)
    assert [(pair.de, pair.en) for pair in pairs.pairs()] == [
        ("Bolzen", "bolt"),
        ("Mutter", "nut"),
        (None, "valve"),
        ("Ring", None),
    ]


def test_the_number_of_pairs_is_bounded_and_what_is_left_out_is_counted() -> None:
    pairs = NamePairs(max_pairs=10)
    for place in range(25):
        pairs.add(row(name_de=f"Teil {place}", name_en=f"part {place}"))
    pairs.add(row(name_de="Teil 1", name_en="part 1"))
    assert len(list(pairs.pairs())) == 10
    assert (pairs.ignored, pairs.is_capped) == (15, True)


# -- everything ---------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["n/a", "Schraube M8", "KUGELHAHN", "1,5 kg", "-", "\ud800", "SchlÃ¼ssel"]
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(FIELDS), TEXTS), st.booleans())
def test_any_row_gives_a_storable_part_or_a_reason(fields: dict[str, str], has_views: bool) -> None:
    source = SourceRow(1, fields)
    pairs = NamePairs()
    pairs.add(source)
    cleaned = Cleaner(pairs).clean(source, has_views=has_views)
    assert (cleaned.part is None) == (cleaned.dropped is not None)
    assert len(set(cleaned.events)) == len(cleaned.events)
    assert Cleaner(pairs).clean(source, has_views=has_views) == cleaned
    if cleaned.part is not None:
        str(to_payload(cleaned.part)).encode("utf-8")
        assert from_payload(to_payload(cleaned.part)) == cleaned.part
        for language in ("de", "en"):
            if (name := cleaned.part.name(language)) is not None:
                assert cleaned.part.clean_name(language)
                if cleaned.part.name_origin[language] == "given":
                    assert (
                        name == fields[f"name_{language}"].strip()
                        or "broken_characters" in cleaned.events
                    )
