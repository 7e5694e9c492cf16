"""The vocabulary of column headings: which field a heading in German or English means.

Headings are compared without case, umlauts, spaces and punctuation, so ``Teile-Nr.``, ``TEILENR``
and ``teile_nr`` are one spelling. Names and descriptions may carry their language in front or
behind (``Bezeichnung DE``, ``English name``), weights their unit, images a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from catalog.names.normalise import fold
from catalog.parts import Language

LONG_TEXT = "long_text"
WEIGHT_UNIT = "weight_unit"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading means. Of several for one field the lowest ``rank`` wins.

    ``role`` is a field of catalog.tables.rows.FIELDS, or ``name`` or ``description`` whose field hangs on
    the table's other columns, ``long_text`` (always the description) or ``weight_unit`` (a column
    with the unit of each row's weight). ``marked``: the heading itself names its language.
    """

    role: str
    rank: int
    language: Language | None = None
    marked: bool = False
    unit: str | None = None


# (role, rank, language of an unmarked heading): spellings, separated by commas.
_SPELLINGS: dict[tuple[str, int, Language | None], str] = {
    ("part_number", 0, None): "part_number",
    ("part_number", 1, None): """
        Artikelnummer, Artikelnr, Artikel-Nr., Art.-Nr., ArtNr, Artikel Nummer, Artikelkennung,
        Materialnummer, Materialnr, Material-Nr., Mat.-Nr., MatNr, Material Nummer, MATNR,
        Teilenummer, Teilenr, Teile-Nr., Teil-Nr., Teilnummer, Ersatzteilnummer, Ersatzteil-Nr.,
        Ersatzteilnr, Sachnummer, Sachnr, Sach-Nr., Ident-Nummer, Identnummer, Ident-Nr., Identnr,
        Bestellnummer, Bestellnr, Bestell-Nr., Best.-Nr., Produktnummer, Produktnr, Produkt-Nr.,
        Warennummer, Katalognummer, Katalog-Nr., Bauteilnummer, Bauteil-Nr.,
        Part No., Part Nr, Part Num, Part #, P/N, PN, Part ID, Part Code, Parts Number,
        Spare Part Number, Spare Part No., Article Number, Article No., Article Code, Article ID,
        Item Number, Item No., Item Code, Item ID, Item #, Material Number, Material No.,
        Material Code, Material ID, Product Number, Product No., Product Code, Product ID,
        Stock Number, Stock No., Stock Code, Catalog Number, Catalogue Number, Order Number,
        Order No., Component Number, SKU, SKU No.""",
    ("part_number", 2, None): """
        Artikel, Material, Teil, Item, Part, Article, Ident, Nummer, Nr., Number, No., Code, Key,
        EAN, GTIN, Barcode""",
    ("part_number", 3, None): "ID, _id, UID, Schlüssel",
    ("name", 2, "de"): """
        Bezeichnung, Benennung, Artikelbezeichnung, Materialbezeichnung, Teilebezeichnung,
        Produktbezeichnung, Ersatzteilbezeichnung, Kurzbezeichnung, Artikelname, Teilename,
        Produktname, Materialname, Kurztext, Materialkurztext, Artikelkurztext, Bestellkurztext,
        Kurzbeschreibung, Artikeltext, Handelsbezeichnung, Bez., Ben., MAKTX""",
    ("name", 2, "en"): """
        Part Name, Item Name, Article Name, Product Name, Material Name, Designation, Short Text,
        Short Description, Part Title, Product Title, Item Title, Material Short Text,
        Component Name, Short Name, Display Name, Part Designation, Item Designation""",
    ("name", 3, "en"): "Name, Title, Label",
    ("name", 3, "de"): "Titel",
    ("description", 2, "de"): """
        Beschreibung, Artikelbeschreibung, Materialbeschreibung, Teilebeschreibung,
        Produktbeschreibung""",
    ("description", 2, "en"): """
        Description, Desc., Part Description, Item Description, Article Description,
        Material Description, Product Description""",
    (LONG_TEXT, 1, None): """
        Langtext, Materiallangtext, Artikellangtext, Bestelltext, Einkaufsbestelltext,
        Langbeschreibung, Ausführliche Beschreibung, Detailbeschreibung, Long Text,
        Long Description, Full Description, Detailed Description, Material Long Text,
        Purchase Order Text""",
    ("family", 0, None): "family",
    ("family", 1, None): """
        Familie, Teilefamilie, Produktfamilie, Artikelfamilie, Part Family, Product Family,
        Item Family, Material Family""",
    ("family", 2, None): """
        Warengruppe, Hauptwarengruppe, Artikelgruppe, Materialgruppe, Produktgruppe, Teilegruppe,
        Hauptgruppe, Kategorie, Hauptkategorie, Produktkategorie, Warenklasse, Teileart,
        Category, Main Category, Product Category, Item Category, Product Group, Material Group,
        Item Group, Article Group, Part Group, Commodity Group, Part Category""",
    ("subfamily", 0, None): "subfamily",
    ("subfamily", 1, None): "Unterfamilie, Subfamilie, Sub Family, Product Subfamily",
    ("subfamily", 2, None): """
        Untergruppe, Warenuntergruppe, Unterwarengruppe, Unterkategorie, Produktuntergruppe,
        Subkategorie, Subcategory, Sub Category, Subgroup, Product Subgroup""",
    ("weight_kg", 1, None): """
        Gewicht, Nettogewicht, Netto-Gew., Eigengewicht, Stückgewicht, Masse, Artikelgewicht,
        Teilegewicht, Weight, Net Weight, Unit Weight, Item Weight, Part Weight, Mass, NTGEW""",
    ("weight_kg", 2, None): "Bruttogewicht, Versandgewicht, Gross Weight, Shipping Weight, BRGEW",
    (WEIGHT_UNIT, 1, None): """
        Gewichtseinheit, Einheit Gewicht, Gew.-Einheit, Weight Unit, Unit of Weight, Weight UoM,
        GEWEI""",
    ("entity", 0, None): "entity",
    ("entity", 1, None): """
        Entity Number, Entity No., Entity Nr., Entity ID, Entität, Entitätsnummer, Legal Entity,
        Gesellschaft, Gesellschaftsnummer, Buchungskreis, Company Code, BUKRS""",
    ("entity", 2, None): "Werk, Werksnummer, Standort, Mandant, Plant, Site, Company, WERKS",
    ("image", 1, None): """
        Bild, Bilder, Bilddatei, Bild-Datei, Bildpfad, Bildname, Bild-URL, Bildlink, Bildadresse,
        Produktbild, Artikelbild, Teilebild, Hauptbild, Foto, Fotos, Fotodatei, Foto-URL,
        Abbildung, Image, Images, Image URL, Image URLs, Image Link, Image Path, Image File,
        Image Name, Image Filename, Main Image, Product Image, Part Image, Item Image, Img,
        Img URL, Photo, Photos, Photo URL, Photo File, Picture, Pictures, Picture URL,
        Picture File, View, Views""",
    # Not "Segment", which is as a rule a market's.
    ("segment", 1, None): "Freistellen, Foto freistellen, Segment Photo",
    ("image", 2, None): "Datei, Dateiname, Dateipfad, File, Filename, File Path, Thumbnail",
}

_LANGUAGE_BEHIND: dict[Language, str] = {
    "de": "de, deu, ger, german, deutsch, d, dt, de de",
    "en": "en, eng, english, englisch, e, gb, us, en us, en gb",
}
_LANGUAGE_BEFORE: dict[Language, str] = {
    "de": "de, deu, ger, german, deutsch, deutsche, deutscher, dt",
    "en": "en, eng, english, englisch, englische, englischer",
}
_UNITS = {
    "kg": "kg, kgs, kilogramm, kilogram, kilo",
    "g": "g, gr, gramm, gram, grams",
    "mg": "mg, milligramm, milligram",
    "t": "t, to, tonne, tonnen, tonnes, tons",
    "lb": "lb, lbs, pound, pounds, pfund",
    "oz": "oz, unze, unzen, ounce, ounces",
}
_SQUEEZED_OUT = re.compile(r"[^a-z0-9#]+")
_COUNTED = re.compile(r"(?<=[a-z])\d{1,2}(?=(url|link|path|file|datei|pfad)?$)")
_SIZE_OF_HEADING = 80


def recognise(heading: str) -> Heading | None:
    """Return what a column heading means, or None where the vocabulary does not hold it."""
    if len(heading) > _SIZE_OF_HEADING:
        return None
    squeezed = squeeze(heading)
    meaning = _vocabulary().get(squeezed)
    if meaning is None:
        image = _vocabulary().get(_COUNTED.sub("", squeezed))
        meaning = image if image and image.role == "image" else None
    return meaning


def squeeze(heading: str) -> str:
    """Return a heading without case, umlauts, spaces and punctuation."""
    return _SQUEEZED_OUT.sub("", fold(heading))


def weight_unit(text: str) -> str:
    """Return a unit of weight as kg, g, mg, t, lb or oz; one that is not known as written."""
    folded = squeeze(text)
    units = (unit for unit, names in _UNITS.items() if folded in _listed(names))
    return next(units, text.strip())


@cache
def _vocabulary() -> dict[str, Heading]:
    """Return squeezed heading -> meaning; a spelling as written goes before one made from parts."""
    compounds: dict[str, Heading] = {}
    plain: dict[str, Heading] = {}
    for (role, rank, language), text in _SPELLINGS.items():
        for spelling in _listed(text):
            base = squeeze(spelling)
            plain.setdefault(base, Heading(role, rank, language))
            if role in ("name", "description", LONG_TEXT):
                compounds |= _with_language(base, role)
            elif role == "weight_kg":
                compounds |= _with_unit(base, rank)
    return compounds | plain


def _with_language(base: str, role: str) -> dict[str, Heading]:
    compounds: dict[str, Heading] = {}
    for language, markers in _LANGUAGE_BEHIND.items():
        heading = Heading(role, 1, language, marked=True)
        compounds |= {base + squeeze(marker): heading for marker in _listed(markers)}
        compounds |= {
            squeeze(marker) + base: heading for marker in _listed(_LANGUAGE_BEFORE[language])
        }
    return compounds


def _with_unit(base: str, rank: int) -> dict[str, Heading]:
    return {
        base + joint + spelling: Heading("weight_kg", rank, unit=unit)
        for unit, unit_spellings in _UNITS.items()
        for spelling in _listed(unit_spellings)
        for joint in ("", "in")
    }


def _listed(text: str) -> list[str]:
    return [spelling.strip() for spelling in text.split(",")]
