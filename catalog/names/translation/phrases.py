"""Known phrases in a row of words: German ones with their English, English ones with their German."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from catalog.names.glossary import glossary
from catalog.names.translation.english import plural, singulars
from catalog.names.words.folding import fold
from catalog.names.words.lexicon import Form, lexicon, segment

_CACHED_PHRASES = 1 << 17
_ADJECTIVE_ENDING = re.compile("(?:e[rsnm]?)$")
MAX_PHRASE_WORDS = 6
"""Words of the longest phrase that is looked up."""
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class English:
    """The English of a German phrase; ``is_adjective`` is what the German one is."""

    text: str
    is_adjective: bool


def cover(length: int, meaning_of: Callable[[int, int], Known]) -> list[tuple[int, int, Known]]:
    """Cover positions 0..length with known spans: fewest unknown ones, then fewest spans.

    ``meaning_of(start, end)`` tells what a span is, or None; a single unknown position is a span of
    its own with None. Of equal covers the one with the longer spans at its beginning is taken, as noun
    compounds of both languages mostly branch to the left: ``pump housing | gasket``.
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    spans: list[tuple[int, int, Known]] = []
    for end in range(1, length + 1):
        ways = []
        for start in range(max(0, end - MAX_PHRASE_WORDS), end):
            meaning = meaning_of(start, end)
            if meaning is not None or end - start == 1:
                unknown, count, _ = best[start]
                ways.append(((unknown + (meaning is None), count + 1, -start), meaning))
        way, meaning = min(ways, key=lambda way: way[0])
        best.append(way)
        spans.append((-way[2], end, meaning))
    path: list[tuple[int, int, Known]] = []
    end = length
    while end:
        path.append(spans[end - 1])
        end = spans[end - 1][0]
    return path[::-1]


@lru_cache(_CACHED_PHRASES)
def english_of(words: tuple[str, ...]) -> English | None:
    """Return the English of a German phrase, of an inflected word or of a compound, or None."""
    together = " ".join(words)
    translations = glossary().to_en(together) or (
        glossary().to_en("".join(words)) if words[1:] else ()
    )
    if translations:
        return English(translations[0], _is_adjective(words[-1]))
    return (_compound(words[0]) or _inflected(words[0])) if len(words) == 1 else None


@lru_cache(_CACHED_PHRASES)
def german_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the German terms for an English phrase, singular or plural, best first."""
    *front, last = words
    if translations := glossary().to_de(" ".join(words)):
        return translations
    for form in singulars(fold(last)):
        if translations := glossary().to_de(" ".join((*front, form))):
            # What has a plural is a noun: chemicals are Chemikalien, not chemisch.
            nouns_first = sorted(translations, key=lambda term: term[:1].islower())
            return tuple(with_n(term) for term in nouns_first)
    return ()


def with_n(noun: str) -> str:
    """Return the form of a German noun that is its plural and its form before another noun.

    Only nouns in ``-e`` and ``-ung`` have one that is sure (``Pumpen``, ``Dichtungen``), but those
    like ``Gehäuse``, ``Getriebe``; other nouns stay as they are.
    """
    if noun.endswith("ung"):
        return noun + "en"
    if not noun[:1].isupper() or not noun.endswith("e"):
        return noun
    forms = segment(fold(noun)) if noun.isalpha() else None
    return noun if forms is None or forms[-1].base.startswith("ge") else noun + "n"


def _compound(word: str) -> English | None:
    """Translate the parts of a compound in their order, the longest known ones together."""
    forms = segment(fold(word)) if word.isalpha() else None
    if not forms:
        return None
    surfaces = [fold(form.written) for form in forms]

    def meaning_of(start: int, end: int) -> str | None:
        term = "".join(surfaces[start : end - 1]) + forms[end - 1].base
        translations = glossary().to_en(term if end == len(forms) else f"{term}-")
        return translations[0] if translations else None

    parts = [text for _, _, text in cover(len(forms), meaning_of) if text is not None]
    if len(parts) < len(cover(len(forms), meaning_of)):
        return None
    is_adjective = _is_adjective(forms[-1].base)
    if not is_adjective and _is_plural(forms[-1]):
        parts[-1] = plural(parts[-1])
    return English(" ".join(parts), is_adjective)


def _inflected(word: str) -> English | None:
    """Translate an adjective by its base, where the glossary has its inflected form in a phrase."""
    ending = _ADJECTIVE_ENDING.search(word)
    base = word[: ending.start()] if ending else ""
    translations = glossary().to_en(base) if base and _is_adjective(base) else ()
    return English(translations[0], is_adjective=True) if translations else None


def _is_adjective(word: str) -> bool:
    key = fold(word)
    return key in lexicon().others and key not in lexicon().nouns


def _is_plural(form: Form) -> bool:
    """Tell a plural from a genitive: nouns in a vowel have their plural in ``-s`` (Akkus)."""
    surface = fold(form.written)
    if surface == f"{form.base}s":
        return form.base.endswith(("a", "i", "o", "u"))
    return surface not in (form.base, f"{form.base}es")
