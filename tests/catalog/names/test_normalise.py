from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.names.normalise import clean_name, fold
from catalog.names.words.abbreviations import abbreviations
from catalog.parts import LANGUAGES, Language

SHORTS = sorted(short for language in LANGUAGES for short in abbreviations(language))


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("SKT.SCHR. M8X20 VERZ. DIN 933", "Sechskant-Schraube M8x20 verzinkt DIN 933"),
        ("KUGELHAEHNE G1/2 PN16", "Kugelhähne G1/2 PN16"),
        ("Dichtungsringe fuer Oelfilter", "Dichtungsringe für Ölfilter"),
        ("SchlÃ¼ssel fÃ¼r 80Â°C", "Schlüssel für 80°C"),
        ("SchlÃƒÂ¼ssel", "Schlüssel"),  # twice
        ("Schl√ºssel f√ºr 80¬∞C", "Schlüssel für 80°C"),  # Mac Roman
        ("Bohrung 25×Ø10 ±0,1", "Bohrung 25×Ø10 ±0,1"),
        ("Sonde »ähnlich« √Ω", "Sonde »ähnlich« √Ω"),
        ("Schl&uuml;ssel &amp;amp; Schloss", "Schlüssel & Schloss"),
        ("DICHTUNG F. NBR-RING", "Dichtung für NBR-Ring"),
        ("ELEKTRISCHER SCHALTER 24V DC", "Elektrischer Schalter 24V DC"),
        ("SCHRAUBE FEUERVERZINKT", "Schraube feuerverzinkt"),
        ("  Mutter\t\x00M8\u200b , ", "Mutter M8"),
        ("O-RING EPDM 70", "O-Ring EPDM 70"),
        ("Sechskantschr. m. Bund", "Sechskantschraube mit Bund"),
        ("6kt-Schr. M8 u-scheibe 6-kt", "Sechskant-Schraube M8 Unterlegscheibe Sechskant"),
        ("Griff re/li kpl.", "Griff rechts/links komplett"),
        ("Kabel 5 m. lg.", "Kabel 5 m. lang"),
        ("Gummistiefel Gr. 43", "Gummistiefel Größe 43"),
        # nothing proves these
        ("Messing Masse Steuer Neuer", "Messing Masse Steuer Neuer"),
        ("SPS", "SPS"),
        ("6205-2RS", "6205-2RS"),
        ("", ""),
        (" ;, ", ""),
    ],
)
def test_german_names_are_cleaned(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name, "de") == cleaned


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("HEX HD SCREW SS M8X20", "Hexagon head screw stainless steel M8x20"),
        ("BRKT ASSY LH", "Bracket assembly left-hand"),
        ("Brg hsg w/ gskt", "Bearing housing with gasket"),
        ("O-RING NBR", "O-ring NBR"),
        ("Valve w/seal", "Valve with seal"),
        ("Valve w/o seal, qty 2", "Valve without seal, quantity 2"),
        ("Steering &#39;wheel&#39;", "Steering 'wheel'"),
        ("Gasket â€“ large", "Gasket – large"),
        # codes are no abbreviations
        ("Calibro SW-125 UFT-SW-A", "Calibro SW-125 UFT-SW-A"),
        ("Hex-Scr. brkt-assy", "Hexagon-Screw bracket-assembly"),
        # no German rules in English names
        ("Does the poet queue", "Does the poet queue"),
    ],
)
def test_english_names_are_cleaned(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name, "en") == cleaned


NAMES = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                *SHORTS,
                *(short.upper() + "." for short in SHORTS),
                *("KUGELHAEHNE", "Oel", "Ã", "¼", "&amp;", "&uuml;", "amp;", "&", "â€“", "\u00ad"),
                *(".", ",", "-", "/", "5", "M8X20", "SS", " "),
            ]
        ),
        max_size=6,
    ).flatmap(lambda parts: st.sampled_from(["".join(parts), " ".join(parts)])),
)


@settings(max_examples=400)
@given(NAMES, st.sampled_from(LANGUAGES))
def test_cleaning_is_idempotent(name: str, language: Language) -> None:
    cleaned = clean_name(name, language)
    assert clean_name(cleaned, language) == cleaned
    assert cleaned == cleaned.strip()


def test_the_table_of_abbreviations_is_large_and_consistent() -> None:
    for language in LANGUAGES:
        table = abbreviations(language)
        assert len(table) >= 100
        for entry in table.values():
            assert clean_name(entry.long, language).lower() == entry.long.lower()
            written = f"Teil {entry.short}."
            assert clean_name(written, language) == f"Teil {entry.long}", written


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz äöüß", max_size=30))
def test_cleaning_lower_case_text_only_spells_out(text: str) -> None:
    words = fold(text).split()
    if not set(words) & set(SHORTS):
        assert fold(clean_name(text, "de")) == fold(text)
