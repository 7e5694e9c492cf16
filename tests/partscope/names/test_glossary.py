from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from partscope.names.glossary import Entry, Glossary, glossary, term_key

FOLDER = files("partscope.names").joinpath("glossary_entries")
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


def test_the_glossary_is_read_once() -> None:
    assert glossary() is glossary()
