"""One light stemmer for German and English folded words.

It takes inflection off, never derivation: both languages take the same few endings, so no word's
language has to be guessed. It is cautious as the light stemmers of Savoy (2006, "Light stemming
approaches for the French, Portuguese, German and Hungarian languages") and the English S-stemmer
of Harman (1991) are.
"""

from __future__ import annotations

import re

MIN_STEM = 3
_ADJECTIVE = re.compile(r"(isch|lich|iert|frei|fest|bar|haft|dicht|ig)e[mnrs]?$")
_NOT_PLURAL = ("ss", "us", "is", "as", "os")


def stem(word: str) -> str:
    """Return the stem of a folded word; words with digits stay whole.

    ``schrauben``, ``schraube`` -> ``schraub``; ``valves`` -> ``valv``; ``batteries``, ``battery``,
    ``Batterien`` -> ``batteri``; ``federn`` -> ``feder``.
    """
    if len(word) <= MIN_STEM or not word.isalpha():
        return word
    if (shorter := _ADJECTIVE.sub(r"\1", word)) != word:
        return shorter
    return _without_vowel_ending(_without_s(word))


def _without_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith(_NOT_PLURAL) and len(word) > MIN_STEM:
        return word[:-1]
    return word


def _without_vowel_ending(word: str) -> str:
    if word.endswith("y") and len(word) > 4 and word[-2] not in "aeiou":
        return word[:-1] + "i"
    if word.endswith(("ern", "eln")) and len(word) > 5:
        return word[:-1]
    for ending in ("en", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            return word[: -len(ending)]
    return word
