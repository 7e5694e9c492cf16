"""The German lexicon behind compound splitting and spelling: words, their forms, how they are written.

It joins ``constituents.txt`` (words never split) with the words of the glossary's German terms.
A form is a word with an inflection or linking element (``dichtung`` + ``s``, ``hahn`` ->
``haehne``); forms are made, not listed, and known by their folded text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from catalog.names.words.folding import fold

MIN_CONSTITUENT = 4
"""Letters of a constituent that comes from the glossary; shorter ones must be listed."""
MIN_LEARNT = 4
"""Letters of a new first part that a term with a known head teaches."""
_ENDINGS = """
meter gang ende fall lauf stand druck satz tier roll rueck halt weiss last lade serie teller rauch nacht
reib schreib schweiss
"""
_NO_HEADS = frozenset(_ENDINGS.split())
"""Words that many others merely end with."""
_ER_PLURALS = ("bild", "brett", "schild", "feld", "glied", "kleid", "licht")
_LETTERS = re.compile(r"[^\W\d_]+")
_SCHWA = ("er", "el", "en")
_CACHED_WORDS = 1 << 15
_UMLAUTS = (("au", "äu"), ("a", "ä"), ("o", "ö"), ("u", "ü"))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a lexicon word: ``base`` is the folded word, ``written`` the form with umlauts."""

    base: str
    written: str
    rank: int
    """0 the word itself, 1 with an ending, 2 with an umlaut; the lower one is the form's meaning."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded form -> form. ``longest`` is the number of letters of the longest form.

    ``nouns`` and ``others`` are the folded words that are written with and without a capital.
    """

    forms: dict[str, Form]
    longest: int
    nouns: frozenset[str]
    others: frozenset[str]

    def segment(self, word: str) -> list[Form] | None:
        """Return the forms a folded word is made of, or None; one form where it is a form itself.

        Fewest parts first, then long ones before even ones (sum of squared lengths).
        """
        return _segmented(word, self.forms, self.longest).from_place(0)


@dataclass(frozen=True, slots=True)
class Segmented:
    """A folded word with the best first form of each of its ends, as far as forms make it up."""

    word: str
    _forms: dict[str, Form]
    _ends: list[int | None]

    def from_place(self, start: int) -> list[Form] | None:
        """Return the forms that the word is made of from there on, or None."""
        path: list[Form] = []
        while start < len(self.word):
            end = self._ends[start]
            if end is None:
                return None
            path.append(self._forms[self.word[start:end]])
            start = end
        return path


@cache
def english_words() -> frozenset[str]:
    """Return the folded words of the glossary's English terms, less acronyms."""
    from catalog.names.glossary import glossary

    words = (word for entry in glossary().entries for word in entry.en.split())
    return frozenset(fold(word) for word in words if not word.isupper())


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; built once a process."""
    from catalog.names.glossary import glossary

    return build_lexicon(_listed_words(), (entry.de for entry in glossary().entries))


@lru_cache(_CACHED_WORDS)
def segmented(word: str) -> Segmented:
    """Return what ``lexicon()`` makes of a folded word; remembered, since it takes its time."""
    german_lexicon = lexicon()
    return _segmented(word, german_lexicon.forms, german_lexicon.longest)


def segment(word: str) -> list[Form] | None:
    """Return the forms of ``lexicon()`` that a folded word is made of, or None."""
    return segmented(word).from_place(0)


def build_lexicon(simple_words: Iterable[str], terms: Iterable[str]) -> Lexicon:
    """Return the lexicon of words that are never split and of terms, both as written.

    A word of a term that the words before it make up is a compound and adds nothing; of one with a
    known head only the part before the head is new (``Abstreifring`` adds ``abstreif``).
    """
    simple = sorted(set(simple_words), key=lambda word: (-len(word), word))
    forms: dict[str, Form] = {}
    for word in simple:
        _add_forms(word, forms)
    words = _words_of(terms)
    for word in words:
        if _is_new(fold(word), forms):
            _learn(word, forms)
    all_words = [*simple, *words]
    return Lexicon(
        forms=forms,
        longest=max(map(len, forms), default=0),
        nouns=frozenset(fold(word) for word in all_words if word[:1].isupper()),
        others=frozenset(fold(word) for word in all_words if word[:1].islower()),
    )


def _listed_words() -> list[str]:
    text = files("catalog.names").joinpath("constituents.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return [word for line in lines for word in line.split()]


def _words_of(terms: Iterable[str]) -> list[str]:
    words = {word for term in terms for word in _LETTERS.findall(term)}
    long_enough = (word for word in words if len(word) >= MIN_CONSTITUENT and not word.isupper())
    return sorted(long_enough, key=lambda word: (len(word), word))


def _is_new(word: str, forms: dict[str, Form]) -> bool:
    """Tell a simple word from a compound and from a form of another word.

    A word in ``-er`` is taken for itself: Drucker, Stecker are no forms of Druck, Steck.
    """
    segments = _segmented(word, forms, len(word)).from_place(0)
    return segments is None or (len(segments) == 1 and segments[0].rank > 0 and word.endswith("er"))


def _learn(word: str, forms: dict[str, Form]) -> None:
    """Add a word, or of a compound with a known head the part that is new."""
    lower = word.lower()
    for start in range(MIN_LEARNT, len(word) - MIN_CONSTITUENT + 1) if word[:1].isupper() else ():
        head = forms.get(fold(lower[start:]))
        if head is not None and head.rank < 2 and head.base not in _NO_HEADS:
            _add_form(Form(fold(lower[:start]), lower[:start], 1), forms)
            return
    _add_forms(word, forms)


def _add_forms(word: str, forms: dict[str, Form]) -> None:
    base, lower = fold(word), word.lower()
    _add_form(Form(base, lower, 0), forms)
    for ending in _endings(word):
        _add_form(Form(base, lower + ending, 1), forms)
    for umlaut_form in _umlaut_forms(lower) if word[:1].isupper() else ():
        _add_form(Form(base, umlaut_form, 2), forms)


def _add_form(form: Form, forms: dict[str, Form]) -> None:
    key = fold(form.written)
    existing = forms.get(key)
    if existing is None or form.rank < existing.rank:
        forms[key] = form


def _endings(word: str) -> tuple[str, ...]:
    """Return the inflections and linking elements that fit the word's ending."""
    if word[:1].islower():
        return ("e", "em", "en", "er", "es")
    if word.endswith("e"):
        return ("n",)
    if word.endswith(_SCHWA):
        return ("s", "n")
    if word.endswith(("s", "ß", "x", "z", "sch")):
        return ("es", "e", "en")
    return ("s", "es", "e", "en")


def _umlaut_forms(lower: str) -> Iterator[str]:
    umlauted = None if lower.endswith("e") else _umlauted(lower)
    if umlauted and lower.endswith(_SCHWA):
        yield from (umlauted, umlauted + "n")
    elif umlauted:
        yield from (umlauted + ending for ending in ("e", "er", "en", "ern"))
    elif lower.endswith(_ER_PLURALS):
        yield from (lower + "er", lower + "ern")


def _umlauted(lower: str) -> str | None:
    """Return the word with its last stem vowel as umlaut (``hahn`` -> ``hähn``), or None."""
    end = len(lower) - 2 if lower.endswith(_SCHWA) else len(lower)
    vowel_at = max(lower.rfind(vowel, 0, end) for vowel in "aouäöüei")
    for plain, umlaut in _UMLAUTS:
        start = vowel_at - len(plain) + 1
        if start >= 0 and lower.startswith(plain, start) and not lower.endswith("e", 0, start):
            return lower[:start] + umlaut + lower[start + len(plain) :]
    return None


def _segmented(word: str, forms: dict[str, Form], longest: int) -> Segmented:
    length = len(word)
    ends: list[int | None] = [None] * (length + 1)
    # Places that forms lead from to the end, with their parts and minus their sum of squares.
    places = deque([(length, 0, 0)])
    for start in range(length - 3, -1, -1):
        if places and places[0][0] > start + longest:
            places.popleft()
        ways = [
            (parts + 1, squares - (end - start) ** 2, -end)
            for end, parts, squares in places
            if start + 3 <= end and word[start:end] in forms
        ]
        if ways:
            parts, squares, end = min(ways)
            ends[start] = -end
            places.append((start, parts, squares))
    return Segmented(word, forms, ends)
