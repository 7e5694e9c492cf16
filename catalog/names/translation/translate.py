"""Names in the other language: phrase by phrase, then word by word through the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from catalog.names.glossary import glossary, term_key
from catalog.names.translation.function_words import FUNCTION_WORDS
from catalog.names.translation.phrases import English, cover, english_of, german_of, with_n
from catalog.names.translation.pieces import Piece, may_be_word, pieces
from catalog.names.words.abbreviations import expand
from catalog.names.words.folding import fold
from catalog.parts import Language

MIN_KNOWN = 0.6
"""Share of the content words that must be known for a translation."""
MAX_COMPOUND = 20
"""Letters of the longest German compound that is written in one word and not with a hyphen."""


_NUMBER = re.compile(r"[\d.,/]+")


@dataclass(frozen=True, slots=True)
class _Unit:
    """One stretch of a name: ``text`` is its translation, or itself where it is kept.

    ``terms`` are the German terms to choose from when the target is German; ``size`` is the number
    of words that it stands for.
    """

    role: Literal["noun", "adjective", "function", "acronym", "unknown", "code", "mark"]
    text: str
    gap: str
    size: int = 1
    terms: tuple[str, ...] = ()


def translate(name: str, source: Language) -> str | None:
    """Return a name in the other language, or None when too little of it is known.

    Sizes, numbers, standards, units, codes and acronyms stay as they are. At least ``MIN_KNOWN`` of
    the content words (all but those and function words) must be known, and one at least; the
    unknown ones stay as written, in place. German adjectives behind their noun stay there and get
    commas in English (``Kugelhahn rostfrei DN25`` -> ``Ball valve, stainless, DN25``); English
    adjectives go behind the noun in German, which needs no gender there.
    """
    units = list(_units(_read(expand(name, source), source), source))
    content = [unit for unit in units if unit.role in ("noun", "adjective", "unknown")]
    known_size = sum(unit.size for unit in content if unit.role != "unknown")
    if not known_size or known_size < MIN_KNOWN * sum(unit.size for unit in content):
        return None
    text = _in_english(units) if source == "de" else _in_german(units)
    return text[:1].upper() + text[1:]


def _read(name: str, source: Language) -> list[Piece]:
    """Read words of a name in capitals that look like acronyms where the glossary knows them."""
    name_pieces = pieces(name)
    return [
        replace(piece, kind="word")
        if may_be_word(piece, name_pieces) and _is_known(piece.text, source)
        else piece
        for piece in name_pieces
    ]


def _is_known(word: str, source: Language) -> bool:
    if fold(word) in FUNCTION_WORDS[source]:
        return True
    return bool(english_of((word,)) if source == "de" else german_of((word,)))


def _units(name_pieces: Sequence[Piece], source: Language) -> Iterator[_Unit]:
    """Rows of words and acronyms are looked up together; all else stands for itself."""
    for is_row, group in groupby(
        name_pieces, key=lambda piece: piece.kind == "word" or _is_acronym(piece)
    ):
        if is_row:
            yield from _row_units(list(group), source)
        else:
            for piece in group:
                yield _Unit("mark" if piece.kind == "mark" else "code", piece.text, piece.gap)


def _is_acronym(piece: Piece) -> bool:
    return piece.kind == "code" and len(piece.text) > 1 and piece.text.isalpha()


def _row_units(row: Sequence[Piece], source: Language) -> Iterator[_Unit]:
    words = tuple(piece.text for piece in row)
    lookup = english_of if source == "de" else german_of

    def meaning_of(start: int, end: int) -> English | tuple[str, ...] | None:
        if end - start == 1 and (_is_acronym(row[start]) or _is_function(row[start], source)):
            return None
        return lookup(words[start:end]) or None

    spans: list[tuple[int, int, English | tuple[str, ...] | None]] = cover(len(row), meaning_of)
    for start, end, meaning in spans:
        gap, size = row[start].gap, end - start
        if isinstance(meaning, English):
            yield _Unit("adjective" if meaning.is_adjective else "noun", meaning.text, gap, size)
        elif meaning is not None:
            text = _of_number(meaning) if gap == "-" and start == 0 else meaning[0]
            role: Literal["adjective", "noun"] = "adjective" if text.islower() else "noun"
            yield _Unit(role, text, gap, size, meaning)
        else:
            yield _kept_unit(row[start], source)


def _kept_unit(piece: Piece, source: Language) -> _Unit:
    if _is_function(piece, source):
        return _Unit("function", FUNCTION_WORDS[source][fold(piece.text)], piece.gap)
    is_word = piece.kind == "word" and len(piece.text) > 1
    return _Unit("unknown" if is_word else "acronym", piece.text, piece.gap)


def _is_function(piece: Piece, source: Language) -> bool:
    # Not-Aus-Taster: a function word with a hyphen is part of a word.
    return piece.kind == "word" and piece.gap != "-" and fold(piece.text) in FUNCTION_WORDS[source]


def _of_number(terms: Sequence[str]) -> str:
    """Return the term that stands behind a number and a hyphen, best an adjective: ``3-polig``."""
    return next((term for term in terms if term.islower()), terms[0])


def _in_english(units: Sequence[_Unit]) -> str:
    text = ""
    for place, unit in enumerate(units):
        previous = units[place - 1] if place else None
        word = (
            "the"
            if unit.text == "of the" and previous and previous.role == "function"
            else unit.text
        )
        if previous is None:
            text = word
        elif unit.gap == " " and _is_set_off(units, place):
            text += f", {word}"
        elif unit.gap == "-" and (unit.role == "noun" or previous.role == unit.role == "adjective"):
            text += f" {word}"
        else:
            text += unit.gap + word
    return text


def _is_set_off(units: Sequence[_Unit], place: int) -> bool:
    """Tell whether a comma belongs before a unit: apposition and adjectives behind their noun."""
    previous, unit = units[place - 1], units[place]
    if unit.role == "noun":
        return previous.role == "noun" or _follows_size(units, place)
    if unit.role == "adjective":
        return previous.role in ("noun", "code", "adjective") and _ends_phrase(units, place)
    set_off = previous.role == "adjective" and previous.gap == " "
    return unit.role == "code" and set_off and _is_set_off(units, place - 1)


def _follows_size(units: Sequence[_Unit], place: int) -> bool:
    """Tell whether a noun stands behind the size of another one; behind a count it does not."""
    codes = 0
    while place > codes and units[place - 1 - codes].role == "code":
        codes += 1
    if not codes or place == codes or _NUMBER.fullmatch(units[place - 1].text):
        return False
    return units[place - 1 - codes].role in ("noun", "adjective")


def _ends_phrase(units: Sequence[_Unit], place: int) -> bool:
    """Tell whether no noun follows the adjective and those behind it; the first unit never does."""
    roles = (unit.role for unit in units[place:] if unit.role != "adjective")
    return place > 0 and next(roles, "mark") not in ("noun", "unknown", "acronym")


def _in_german(units: Sequence[_Unit]) -> str:
    text = ""
    for start, end in _groups(units):
        word = _german_group(units[start:end])
        if word:
            text += (units[start].gap if text else "") + word
    return text


def _groups(units: Sequence[_Unit]) -> Iterator[tuple[int, int]]:
    """Yield the spans of noun phrases; every other unit is a span of its own."""
    start = 0
    while start < len(units):
        end = start
        while end < len(units) and units[end].role in ("noun", "adjective", "acronym"):
            end += 1
        while end > start and units[end - 1].role == "acronym":
            end -= 1
        yield start, max(end, start + 1)
        start = max(end, start + 1)


def _german_group(group: Sequence[_Unit]) -> str:
    """Put the nouns together to a compound with hyphens or bound stems, adjectives behind."""
    nouns = [place for place, unit in enumerate(group) if unit.role in ("noun", "acronym")]
    if not nouns and group[-1].gap != "-" and _noun(group[-1].terms):
        nouns = [len(group) - 1]
    if not nouns:
        return " ".join(unit.text for unit in group)
    place = _head(group, nouns)
    text = _noun(group[place].terms) or group[place].text.rstrip("-")
    behind: list[str] = []
    for unit in reversed(group[:place]):
        if unit.role == "adjective":
            behind.insert(0, unit.text)
        else:
            text = _joined(_bound(unit.terms) or _linked(unit.text), text)
    behind.extend(unit.text.rstrip("-") for unit in group[place + 1 :])
    return " ".join((text, *behind))


def _head(group: Sequence[_Unit], nouns: Sequence[int]) -> int:
    """Return the place of the noun that is meant; a material behind it says what it is made of."""
    last = nouns[-1]
    stands_behind = term_key(group[last].text) in glossary().materials or not _noun(
        group[last].terms
    )
    earlier_nouns = [place for place in nouns[:-1] if _noun(group[place].terms)]
    return earlier_nouns[-1] if stands_behind and earlier_nouns else last


def _noun(terms: Sequence[str]) -> str | None:
    return next((term for term in terms if term[:1].isupper() and not term.endswith("-")), None)


def _bound(terms: Sequence[str]) -> str | None:
    return next((term for term in terms if term.endswith("-")), None)


def _linked(noun: str) -> str:
    return noun + "s" if noun.endswith("ung") else with_n(noun)


def _joined(stem: str, noun: str) -> str:
    """Join two nouns to a compound, in one word where it stays readable."""
    bare = stem.rstrip("-")
    is_short = len(bare) + len(noun) <= MAX_COMPOUND
    if is_short and bare.isalpha() and noun.isalpha() and not bare.isupper():
        return bare + noun.lower()
    return f"{bare.replace(' ', '-')}-{noun}"
