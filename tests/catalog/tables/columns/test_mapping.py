from __future__ import annotations

import pytest

from catalog.errors import UnknownName, UsageError
from catalog.tables.columns.mapping import ColumnMapping, guess_mapping
from catalog.tables.rows import BadRow, SourceRow, TableRow


def apply(mapping: ColumnMapping, *cells: str | None) -> SourceRow:
    columns = [*mapping.columns, *mapping.unused]
    row = mapping.apply(TableRow(1, dict(zip(columns, cells, strict=False))))
    assert isinstance(row, SourceRow)
    return row


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (
            "Artikelnummer, Bezeichnung DE, Bezeichnung EN, Gewicht [kg], Warengruppe, Bild1, Bild2",
            "part_number, name_de, name_en, weight_kg, family, image, image",
        ),
        ("MATNR, MAKTX, NTGEW, WERKS", "part_number, name_de, weight_kg, entity"),
        ("Part No., Description", "part_number, name_en"),
        ("Part No., Name, Description", "part_number, name_en, description"),
        ("Part No., Description DE, Description EN", "part_number, name_de, name_en"),
        ("Part No., Name DE, Description EN", "part_number, name_de, name_en"),
        ("Part No., Name EN, Description EN", "part_number, name_en, description"),
        ("Materialnummer, Beschreibung", "part_number, name_de"),
        ("Materialnummer, Kurztext, Langtext", "part_number, name_de, description"),
        ("Materialnummer, Langtext", "part_number, description"),
        ("SKU, Benennung, Designation", "part_number, name_de, name_en"),
        ("SKU, Bezeichnung, Beschreibung", "part_number, name_de, description"),
        ("id, name_de, name_en, description", "part_number, name_de, name_en, description"),
        (
            "part_number, family, subfamily, weight_kg, entity, image",
            "part_number, family, subfamily, weight_kg, entity, image",
        ),
    ],
)
def test_guesses_fields(columns: str, fields: str) -> None:
    names = columns.split(", ")
    mapping = guess_mapping(names)
    assert dict(mapping.columns) == dict(zip(names, fields.split(", "), strict=True))
    assert mapping.unused == ()


@pytest.mark.parametrize(
    ("columns", "chosen", "other"),
    [
        (["ID", "Part No."], "Part No.", "ID"),
        (["id", "code"], "code", "id"),
        (["Material", "Materialnummer"], "Materialnummer", "Material"),
        (["EAN", "SKU"], "SKU", "EAN"),
    ],
)
def test_the_more_telling_heading_wins_with_a_notice(
    columns: list[str], chosen: str, other: str
) -> None:
    mapping = guess_mapping(columns)
    assert mapping.columns == {chosen: "part_number"}
    assert mapping.unused == (other,)
    assert mapping.notices == (
        f"{chosen!r} is read as part_number, not {other!r}",
        f"columns that are not used: {other!r}",
    )


def test_tells_the_rule_behind_a_guess() -> None:
    notices = guess_mapping(["SKU", "Bezeichnung", "Description"]).notices
    assert notices == (
        "column 'Bezeichnung' is read as name_de: its heading is German",
        "column 'Description' is read as description: there is a name beside it",
    )
    notices = guess_mapping(["SKU", "Description"]).notices
    assert notices == ("column 'Description' is read as name_en: no other column holds that name",)
    assert guess_mapping(["SKU", "Name EN"]).notices == ()


def test_what_is_given_goes_before_guesses() -> None:
    mapping = guess_mapping(
        ["Artikelnummer", "Materialnummer", "Freitext", "Bild", "Name EN", "Skizze"],
        {
            "Materialnummer": "part_number",
            "Freitext": "name_en",
            "Skizze": "image",
            "Bild": "image",
        },
    )
    assert dict(mapping.columns) == {
        "Materialnummer": "part_number",
        "Freitext": "name_en",
        "Bild": "image",
        "Skizze": "image",
    }
    assert mapping.unused == ("Artikelnummer", "Name EN")


def test_a_given_name_makes_a_description_of_the_description() -> None:
    mapping = guess_mapping(["SKU", "Text", "Description"], {"Text": "name_en"})
    assert dict(mapping.columns)["Description"] == "description"


@pytest.mark.parametrize(
    ("columns", "given", "says"),
    [
        (
            ["Preis", "Menge"],
            {},
            r"no column is known to hold the part number: choose with --map COLUMN=part_",
        ),
        (["Preis", "Menge"], {}, r"the headings read are: 'Preis', 'Menge'$"),
        (
            ["Artikelnummer", "Materialnummer"],
            {},
            r"2 columns look like part_number: 'Artikelnummer', 'Materialnummer'; choose with --map",
        ),
        (["SKU", "Warengruppe", "Kategorie"], {}, r"2 columns look like family: .*=family$"),
        (
            ["SKU", "Artikelbez"],
            {"Artikel-Bez.": "name_de"},
            r"unknown column 'Artikel-Bez\.'; did you mean 'Artikelbez'\?; columns: 'SKU'",
        ),
        (["SKU"], {"Foto": "image"}, r"unknown column 'Foto'; columns: 'SKU'$"),
        (
            ["SKU", "a", "b"],
            {"a": "name_de", "b": "name_de"},
            r"one column can be mapped to name_de; given are 'a' and 'b'",
        ),
        (
            ["SKU", "Gewicht", "Gewichtseinheit", "Weight unit"],
            {},
            r"several columns hold the unit of the weight",
        ),
    ],
)
def test_what_is_unclear_is_refused(columns: list[str], given: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        guess_mapping(columns, given)


def test_unknown_fields_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="unknown field 'name'; did you mean 'name_") as caught:
        guess_mapping(["SKU", "Text"], {"Text": "name"})
    assert "part_number" in str(caught.value)


def test_a_long_list_of_columns_is_cut() -> None:
    with pytest.raises(UsageError, match=r"'c39' and 961 more$"):
        guess_mapping([f"c{at}" for at in range(1001)])


def test_rows_keep_their_text_and_lose_empty_cells() -> None:
    mapping = guess_mapping(["SKU", "Name EN", "Name DE", "Family", "Image"])
    row = apply(mapping, " 007 ", "A  bolt\n", "\u00a0 ", "", None)
    assert row == SourceRow(1, {"part_number": " 007 ", "name_en": "A  bolt\n"})


def test_images_come_in_the_order_of_columns_and_cells() -> None:
    mapping = guess_mapping(["SKU", "Bild1", "Bild2", "Foto"])
    row = apply(mapping, "1", "a.jpg;b.jpg", None, "c.jpg")
    assert row.images == ("a.jpg", "b.jpg", "c.jpg")
    assert row.fields == {"part_number": "1"}


@pytest.mark.parametrize(
    ("heading", "cell", "weight"),
    [
        ("Gewicht", "12,5", "12,5"),
        ("Gewicht (g)", "12,5", "12,5 g"),
        ("Gewicht [kg]", "12.5 ", "12.5 kg"),
        ("Weight (lb)", "3", "3 lb"),
        ("Gewicht (g)", "0,5 kg", "0,5 kg"),
        ("Gewicht (g)", "ca. 5", "ca. 5 g"),
        ("Gewicht (g)", "unbekannt", "unbekannt"),
    ],
)
def test_a_weight_gets_the_unit_of_its_heading(heading: str, cell: str, weight: str) -> None:
    row = apply(guess_mapping(["SKU", heading]), "1", cell)
    assert row.fields["weight_kg"] == weight


def test_a_weight_gets_the_unit_of_its_row() -> None:
    mapping = guess_mapping(["SKU", "Gewicht", "Gewichtseinheit"])
    assert mapping.notices == ("the unit of weight_kg is read from column 'Gewichtseinheit'",)
    assert mapping.unused == ()

    def weight(cell: str, unit: str | None) -> str:
        row = mapping.apply(TableRow(1, {"SKU": "1", "Gewicht": cell, "Gewichtseinheit": unit}))
        assert isinstance(row, SourceRow)
        return row.fields["weight_kg"]

    assert weight("12", "G") == "12 g"
    assert weight("12", " TO ") == "12 t"
    assert weight("12", "ST") == "12 ST"
    assert weight("12", None) == "12"
    assert weight("12 kg", "G") == "12 kg"


@pytest.mark.parametrize(
    ("doubt", "says"),
    [
        ("date", "the part number '12' is a date cell; make the column text"),
        ("scientific", "'12' is a number Excel shows with an exponent"),
        ("digits_lost", "'12' is longer than a number cell keeps exactly"),
    ],
)
def test_a_part_number_in_doubt_is_no_part(doubt: str, says: str) -> None:
    mapping = guess_mapping(["SKU", "Name", "Price"])
    values = {"SKU": "12", "Name": "x", "Price": "1"}

    row = mapping.apply(TableRow(7, values, {"Price": "date", "SKU": doubt}))

    assert isinstance(row, BadRow)
    assert (row.number, row.reason, row.raw) == (7, f"part_number_{doubt}", "12")
    assert says in row.detail


@pytest.mark.parametrize("number", ["1,23E+05", " 1.23457E+11 "])
def test_a_long_number_that_excel_has_cut_is_no_part_number(number: str) -> None:
    row = guess_mapping(["SKU", "Name"]).apply(TableRow(1, {"SKU": number, "Name": "x"}))
    assert isinstance(row, BadRow)
    assert row.reason == "part_number_scientific"


@pytest.mark.parametrize("number", ["4E+10", "2004E205", "12.5E+05", "1.23e+05", "A1.2E+05"])
def test_numbers_that_only_look_similar_are_kept(number: str) -> None:
    assert apply(guess_mapping(["SKU", "Name"]), number, "x").fields["part_number"] == number


def test_other_cells_in_doubt_keep_their_text() -> None:
    mapping = guess_mapping(["SKU", "Gewicht"])
    row = mapping.apply(TableRow(1, {"SKU": "1", "Gewicht": "2026-05-12"}, {"Gewicht": "date"}))
    assert row == SourceRow(1, {"part_number": "1", "weight_kg": "2026-05-12"})
