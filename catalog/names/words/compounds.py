"""German compounds and their parts."""

from __future__ import annotations

from functools import lru_cache

from catalog.names.words.lexicon import Segmented, english_words, lexicon, segmented

MIN_COMPOUND = 6
"""Shorter words are never split."""
MAX_COMPOUND = 80
"""Nor are longer ones, which are no words; splitting takes time that grows with their square."""
MIN_UNKNOWN = 5
"""Letters of an unknown first part before a known head."""
MIN_HEAD = 6
"""Letters of a known head behind an unknown first part."""
_CACHED_WORDS = 1 << 17


def split_compound(word: str) -> list[str]:
    """Return the folded parts of a folded word, or ``[word]`` when it is no compound.

    Parts are lexicon words without linking element or inflection: ``dichtungsringe`` ->
    ``dichtung``, ``ring``. An unknown first part before a long known head is kept as it is:
    ``molekularmikroskop`` -> ``molekular``, ``mikroskop``.
    """
    return list(_split(word))


@lru_cache(_CACHED_WORDS)
def base_words(word: str) -> tuple[str, ...]:
    """Return the parts of a folded word; of a simple one its base (``haehne`` -> ``hahn``)."""
    parts = _split(word)
    if len(parts) > 1:
        return parts
    form = lexicon().forms.get(word)
    return (form.base,) if form else parts


@lru_cache(_CACHED_WORDS)
def _split(word: str) -> tuple[str, ...]:
    if not MIN_COMPOUND <= len(word) <= MAX_COMPOUND or not (word.isascii() and word.isalpha()):
        return (word,)
    if word in english_words() and word not in lexicon().nouns:
        return (word,)
    segments = segmented(word)
    if (forms := segments.from_place(0)) is not None:
        return tuple(form.base for form in forms) if len(forms) > 1 else (word,)
    return _split_known_head(word, segments)


def _split_known_head(word: str, segments: Segmented) -> tuple[str, ...]:
    """Split at the earliest known head, which is the longest one."""
    for start in range(MIN_UNKNOWN, len(word) - MIN_HEAD + 1):
        head = segments.from_place(start)
        if head is not None and len(head[0].base) >= MIN_HEAD:
            return (word[:start], *(form.base for form in head))
    return (word,)
