"""The phrases that names of one cluster share, and which of them name it best.

A phrase is weighed by the share of the members that have it and by how much rarer it is elsewhere:
``p(phrase | cluster) * log(1 + p(phrase | cluster) / p(phrase))``, close to the class-based tf-idf of
BERTopic (Grootendorst 2022) with shares of members in place of counts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from catalog.names.glossary import glossary
from catalog.names.spelling import restore_umlauts
from catalog.names.words.compounds import base_words, split_compound
from catalog.names.words.folding import fold
from catalog.names.words.joining import STANDARDS, UNITS
from catalog.names.words.lexicon import lexicon
from catalog.names.words.stemming import stem
from catalog.names.words.tokens import FUNCTION_WORDS

LONGEST_PHRASE = 4
"""Words of the longest phrase."""
Phrase: TypeAlias = tuple[str, ...]
"""Stemmed words."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_BREAK = re.compile(r"\S*\d\S*|[,;:()/|+&]")
_STOPS = FUNCTION_WORDS | frozenset(STANDARDS.split("|"))
_BEFORE_NUMBERS = ("dn", "pn", "ip", "sw", "awg", "nr", "no")
_UNITS = frozenset((*UNITS.split("|"), "dc", "ac", "vdc", "vac", *_BEFORE_NUMBERS))
_SHORTEST_HEAD = 4
_KEPT_IN_PHRASE = 0.6
"""A longer phrase stands for its best word when it covers this share of the word's members."""
_ENOUGH = 0.5
"""A first phrase that covers fewer members than this gets a second one beside it."""
_WORTH_ADDING = 0.15
_WORTH_ADDING_ALWAYS = 0.3
_DOMAINS_OF_PROPERTIES = ("materials", "properties")


@dataclass(frozen=True, slots=True)
class Head:
    """One or two phrases that name a cluster, and the share of its names that have one of them."""

    phrases: tuple[str, ...]
    covered: float


class Phrases:
    """The phrases of one cluster's names, by their folded words."""

    def __init__(self, names: Sequence[str]) -> None:
        self.count = len(names)
        self._names = [_phrases(name) for name in names]
        self._in: Counter[tuple[str, ...]] = Counter()
        self._written: dict[tuple[str, ...], Counter[str]] = {}
        for name_phrases in self._names:
            self._in.update(name_phrases.keys())
            for phrase, text in name_phrases.items():
                self._written.setdefault(phrase, Counter())[text] += 1

    def shares(self) -> dict[Phrase, float]:
        """Return the share of the names that have each phrase."""
        return {phrase: count / self.count for phrase, count in self._in.items()}

    def terms(self, overall: Mapping[Phrase, float]) -> tuple[str, ...]:
        """Return single words as written, most distinctive first."""
        words = [phrase for phrase, count in self._in.items() if len(phrase) == 1 and count > 1]
        words = words or [phrase for phrase in self._in if len(phrase) == 1]
        return tuple(map(self._text, sorted(words, key=self._rank(overall, self._in))))

    def head(self, overall: Mapping[Phrase, float]) -> Head | None:
        """Return the phrase that names most of the members, and a second one where it takes two."""
        if not self._in:
            return None
        first = self._best(self._names, overall)
        rest = [name_phrases for name_phrases in self._names if first not in name_phrases]
        phrases = [self._text(first)]
        if any(rest):
            second = self._best(rest, overall)
            uncovered = [name_phrases for name_phrases in rest if second not in name_phrases]
            needed = _WORTH_ADDING_ALWAYS if len(rest) < _ENOUGH * self.count else _WORTH_ADDING
            if len(rest) - len(uncovered) >= needed * self.count:
                phrases, rest = [*phrases, self._text(second)], uncovered
        return Head(tuple(phrases), 1 - len(rest) / self.count)

    def _best(
        self,
        names: Sequence[Mapping[Phrase, str]],
        overall: Mapping[Phrase, float],
    ) -> tuple[str, ...]:
        counts = Counter(phrase for name_phrases in names for phrase in name_phrases)
        words = [phrase for phrase in counts if len(phrase) == 1]
        things = [phrase for phrase in words if phrase[0] not in _properties()]
        word = min(things or words, key=self._rank(overall, counts))
        longer = [
            phrase
            for phrase, count in counts.items()
            if word[0] in phrase and count >= _KEPT_IN_PHRASE * counts[word]
        ]
        return max(longer, key=lambda phrase: (len(phrase), counts[phrase], phrase))

    def _rank(self, overall: Mapping[Phrase, float], counts: Mapping[Phrase, int]) -> _Rank:
        return _Rank(overall, counts, max(self.count, 1))

    def _text(self, phrase: tuple[str, ...]) -> str:
        spellings = self._written[phrase]
        return min(spellings, key=lambda text: (-spellings[text], text))


@dataclass(frozen=True, slots=True)
class _Rank:
    """Sort key: the most distinctive phrase first, of equal ones the longest."""

    overall: Mapping[Phrase, float]
    counts: Mapping[Phrase, int]
    total: int

    def __call__(self, phrase: Phrase) -> tuple[float, int, Phrase]:
        share = self.counts[phrase] / self.total
        elsewhere = max(self.overall.get(phrase, share), 1e-12)
        return -share * math.log1p(share / elsewhere), -sum(map(len, phrase)), phrase


def _phrases(name: str) -> dict[Phrase, str]:
    """Return the phrases of a name up to four words, stemmed, each with how it is written.

    A code, a size, a unit or a mark ends a phrase; function words are only inside one. The head of
    a German compound is a phrase as well: ``Leistungsschalter`` is a ``Schalter``.
    """
    phrases: dict[Phrase, str] = {}
    for stretch in _BREAK.split(name):
        words = [word for word in _WORD.findall(stretch) if len(word) > 1]
        words = [word for word in words if fold(word) not in _UNITS]
        folded = [fold(word) for word in words]
        for start, end in _spans(len(words)):
            if folded[start] in _STOPS or folded[end - 1] in _STOPS:
                continue
            phrases.setdefault(tuple(map(_key, folded[start:end])), " ".join(words[start:end]))
        for head in filter(None, map(_compound_head, folded)):
            phrases.setdefault((_key(head),), restore_umlauts(head.capitalize()))
    return phrases


@cache
def _properties() -> frozenset[str]:
    """Return the keys of words that say what a part is like and not what it is."""
    entries = [e for e in glossary().entries if e.domain in _DOMAINS_OF_PROPERTIES]
    terms = {term for entry in entries for term in (entry.de, entry.en)}
    return frozenset(_key(word) for term in terms for word in _WORD.findall(fold(term)))


def _key(word: str) -> str:
    parts = base_words(word)
    return stem(parts[0] if len(parts) == 1 else word)


def _compound_head(word: str) -> str | None:
    head = split_compound(word)[-1]
    is_noun = len(head) >= _SHORTEST_HEAD and head in lexicon().nouns
    return head if head != word and is_noun else None


def _spans(count: int) -> Iterable[tuple[int, int]]:
    for start in range(count):
        for end in range(start + 1, min(count, start + LONGEST_PHRASE) + 1):
            yield start, end
