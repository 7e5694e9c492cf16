from __future__ import annotations

import time
import timeit
from collections import Counter
from collections.abc import Callable
from importlib.resources import files

import pytest

from catalog.names.glossary import Entry, Glossary, glossary, term_key

FOLDER = files("catalog.names").joinpath("glossary_entries")
DOMAINS = sorted(f.name.removesuffix(".tsv") for f in FOLDER.iterdir() if f.name.endswith(".tsv"))


def lines(domain: str) -> list[str]:
    text = FOLDER.joinpath(f"{domain}.tsv").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_line_is_german_tab_english(domain: str) -> None:
    for line in lines(domain):
        terms = line.split("\t")
        assert len(terms) == 2, line
        for term in [terms[0], *terms[1].split(" | ")]:
            assert term == " ".join(term.split()), line
            assert term_key(term), line
            assert "|" not in term, line


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_term_or_translation_stands_twice_in_a_file(domain: str) -> None:
    pairs = [line.split("\t") for line in lines(domain)]
    twice = [term for term, n in Counter(term_key(de) for de, _ in pairs).items() if n > 1]
    assert twice == []
    for german, english in pairs:
        keys = [term_key(term) for term in english.split(" | ")]
        assert len(keys) == len(set(keys)), german


def test_a_term_is_found_in_either_direction_however_it_is_written() -> None:
    assert glossary().to_en("Schlüssel") == glossary().to_en("SCHLUESSEL")
    assert "wrench" in glossary().to_en("schlüssel")
    assert "Schlüssel" in glossary().to_de("Spanner")
    assert glossary().to_en("gibt es nicht") == ()
    assert glossary().to_de("no such term") == ()


def test_hyphens_and_spaces_are_the_same() -> None:
    terms = Glossary((Entry("O-Ring", "O-ring", "seals"),))
    assert terms.to_en("o ring") == ("O-ring",)
    assert terms.to_de("O RING") == ("O-Ring",)


def test_the_best_translation_comes_first_in_both_directions() -> None:
    terms = Glossary(
        (
            Entry("Bolzen", "pin", "a"),
            Entry("Bolzen", "bolt", "a"),
            Entry("Schraube", "bolt", "a"),
            Entry("Bolzen", "stud", "b"),
        )
    )
    assert terms.to_en("Bolzen") == ("pin", "bolt", "stud")
    assert terms.to_de("bolt") == ("Schraube", "Bolzen")


def test_single_words_are_given_folded() -> None:
    terms = Glossary((Entry("Öse", "eye bolt", "a"), Entry("lose Rolle", "Pulley", "a")))
    assert terms.german_words == {"oese"}
    assert terms.english_words == {"pulley"}


def test_the_glossary_is_read_once_and_fast() -> None:
    assert glossary() is glossary()
    # 15 ms on an idle core, four times what it takes to read and split the lines alone
    read, split = _spent(glossary.__wrapped__), _spent(lambda: list(map(lines, DOMAINS)))
    assert read < 15 * split


def _spent(call: Callable[[], object]) -> float:
    """Return the seconds of processor time that a call takes, whatever else the machine does."""
    return min(timeit.repeat(call, timer=time.process_time, number=1, repeat=5))


def test_the_glossary_is_large_in_terms_and_in_every_domain() -> None:
    terms = {term_key(entry.de) for entry in glossary().entries}
    assert len(terms) >= 7500
    sizes = Counter(entry.domain for entry in glossary().entries)
    assert set(sizes) == set(DOMAINS)
    assert min(sizes.values()) >= 40


@pytest.mark.parametrize("entry", glossary().entries[::37], ids=lambda entry: entry.de)
def test_every_entry_is_found_in_both_directions(entry: Entry) -> None:
    assert entry.en in glossary().to_en(entry.de)
    assert entry.de in glossary().to_de(entry.en)


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Sechskantschraube", "hexagon bolt"), ("Wellendichtring", "shaft seal"),
        ("Rillenkugellager", "deep groove ball bearing"), ("Zahnriemen", "timing belt"),
        ("Druckfeder", "compression spring"), ("Hydraulikpumpe", "hydraulic pump"),
        ("Schalldämpfer", "silencer"), ("Kugelhahn", "ball valve"), ("Tauchpumpe", "submersible pump"),
        ("Frequenzumrichter", "frequency converter"), ("Kabelbinder", "cable tie"),
        ("Schütz", "contactor"), ("Drehgeber", "rotary encoder"), ("Leiterplatte", "circuit board"),
        ("Vorschaltgerät", "ballast"), ("Bremsbelag", "brake pad"), ("Weiche", "points"),
        ("Mähdrescher", "combine harvester"), ("Körner", "center punch"), ("Oberfräse", "router"),
        ("Reibahle", "reamer"), ("Schweißdraht", "welding wire"), ("Edelstahl", "stainless steel"),
        ("Schmierfett", "grease"), ("Vorhängeschloss", "padlock"), ("Durchlauferhitzer", "flow heater"),
        ("Verdampfer", "evaporator"), ("Hubwagen", "pallet truck"), ("Luftpolsterfolie", "bubble wrap"),
        ("Gehörschutz", "ear protection"), ("Feuerlöscher", "fire extinguisher"),
        ("Becherglas", "beaker"), ("Objektiv", "lens"), ("Büroklammer", "paper clip"),
        ("Spind", "locker"), ("Fritteuse", "deep fryer"), ("Wechselrichter", "inverter"),
        ("Nähmaschine", "sewing machine"), ("verzinkt", "galvanized"), ("rostfrei", "stainless"),
        ("Ersatzteil", "spare part"), ("Wartung", "maintenance"), ("Reifen", "tire"),
        ("Aluminium", "aluminum"), ("farbig", "colored"), ("Schweiß-", "welding"),
    ],
)  # fmt: skip
def test_samples_of_every_domain(german: str, english: str) -> None:
    assert english in glossary().to_en(german)
    assert german in glossary().to_de(english)


def test_a_first_part_of_compounds_means_what_it_means_there() -> None:
    assert glossary().to_en("Lager")[0] == "bearing"
    assert glossary().to_en("Lager-")[0] == "storage"
    assert glossary().to_en("Lager-")[1] == "bearing"
    assert glossary().to_en("Schraube-") == glossary().to_en("Schraube")


def test_materials_and_english_words_are_known_as_such() -> None:
    assert {"messing", "edelstahl"} <= glossary().materials
    assert "kugelhahn" not in glossary().materials
    assert {"ball", "valve", "groove"} <= glossary().english_parts
    assert "led" not in glossary().english_parts
