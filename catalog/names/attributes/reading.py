"""One name while it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from catalog.names.words.abbreviations import spelled_out
from catalog.names.words.compounds import base_words
from catalog.names.words.folding import fold
from catalog.names.words.joining import join_numbers
from catalog.names.words.tokens import words

_TAKEN = " ; "
_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d+)?(?!\d)")


class Reading:
    """What is left of a name's text and what was found in it.

    ``written`` is the name as given, ``text`` is folded with sizes joined, less what was understood
    and less numbers such as 1.000, which are a thousand to some and one to others; ``has_digit``
    says whether it still holds a digit; ``kinds`` are the words of the name and the heads of its
    compounds, which tell a seal from a screw.
    """

    __slots__ = ("found", "has_digit", "kinds", "text", "written")

    def __init__(self, name: str) -> None:
        self.written = name
        self.kinds = _kinds(name)
        self.found: dict[str, list[str | float]] = {}
        self._leave(_THOUSANDS.sub(_TAKEN, join_numbers(fold(name))))

    def take(self, pattern: re.Pattern[str], *needles: str) -> list[re.Match[str]]:
        """Return the matches of a pattern and take them out of the text.

        Where needles are given, the pattern is tried only if one of them occurs.
        """
        return self._take(pattern) if not needles or self.holds(needles) else []

    def take_sizes(self, pattern: re.Pattern[str], *needles: str) -> list[re.Match[str]]:
        """Like ``take``, of a pattern that no text without a digit matches."""
        return self.take(pattern, *needles) if self.has_digit else []

    def take_first(self, match: re.Match[str]) -> None:
        """Take what matched out of the text where it stands first."""
        self._leave(self.text.replace(match.group(), _TAKEN, 1))

    def holds(self, needles: Iterable[str]) -> bool:
        """Return whether one of the needles occurs in the text."""
        text = self.text
        for needle in needles:  # noqa: SIM110 - a generator for any() costs thrice as much
            if needle in text:
                return True
        return False

    def add(self, key: str, *values: str | float) -> None:
        """Note values of a key, each once; numbers are rounded to nine digits."""
        noted_values = self.found.setdefault(key, [])
        for value in values:
            rounded = float(f"{value:.9g}") if isinstance(value, int | float) else value
            if rounded not in noted_values:
                noted_values.append(rounded)

    def is_any(self, kinds: frozenset[str]) -> bool:
        """Return whether the name contains one of these words, also as the head of a compound."""
        return not self.kinds.isdisjoint(kinds)

    def _take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        matches = list(pattern.finditer(self.text))
        if matches:
            self._leave(pattern.sub(_TAKEN, self.text))
        return matches

    def _leave(self, text: str) -> None:
        self.text = text
        self.has_digit = _DIGIT.search(text) is not None


def kinds(word_list: str) -> frozenset[str]:
    """Return words separated by white space as a set for ``Reading.is_any``."""
    return frozenset(word_list.split())


def _kinds(name: str) -> frozenset[str]:
    return frozenset().union(*map(_word_kinds, words(name)))


@lru_cache(1 << 15)
def _word_kinds(word: str) -> frozenset[str]:
    word_kinds: set[str] = set()
    for long in spelled_out(word):
        parts = base_words(long)
        word_kinds.add(long)
        word_kinds.update("".join(parts[start:]) for start in range(len(parts)))
    return frozenset(word_kinds)


def alternatives(words_by_name: Mapping[str, str], prefix: str, suffix: str) -> re.Pattern[str]:
    """Return one pattern for many names; a match's ``lastgroup`` is the name that matched."""
    groups = "|".join(f"(?P<{name}>{words_})" for name, words_ in words_by_name.items())
    return re.compile(f"{prefix}(?:{groups}){suffix}")


def number(text: str) -> float:
    """Return the value of ``12.5``, ``1/2`` or ``1-1/2``."""
    whole, _, fraction = text.rpartition("-") if "/" in text else (text, "", "")
    if not fraction:
        return float(whole)
    above, _, below = fraction.partition("/")
    return (float(whole) if whole else 0.0) + float(above) / float(below)
