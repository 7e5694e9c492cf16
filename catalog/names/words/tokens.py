"""Words and tokens of a name: one road for both languages, for documents and for queries.

Sizes, standards and codes are one token each, however they are written: ``M 8 x 20``, ``M8×20`` and
``M8X20`` are ``m8x20``; ``DIN EN ISO 4017`` is ``iso4017``; ``0,5 kW`` is ``0.5kw``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.names.words.abbreviations import spelled_out
from catalog.names.words.compounds import base_words
from catalog.names.words.folding import fold
from catalog.names.words.joining import join_numbers
from catalog.names.words.stemming import stem

_CACHED_WORDS = 1 << 17
_CACHED_NAMES = 1 << 14
"""More names than an ingest has between cleaning and embedding: four a row."""

_WORD = re.compile(r"[^\W_]+(?:[-./+][^\W_]+)*%?")
_HAS_DIGIT = re.compile(r"\d")
_JOINS = re.compile(r"[-./+]")
_FUNCTION_WORD_LIST = """
der die das des dem den ein eine einer eines einem einen und oder mit fuer von vom zu zum zur im in am an
auf aus bei the a and or with for of to on at by from x
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORD_LIST.split())


def words(text: str) -> list[str]:
    """Return the folded words, sizes and codes of a name, in order."""
    return list(_words(text))


@lru_cache(_CACHED_NAMES)
def _words(text: str) -> tuple[str, ...]:
    text_words: list[str] = []
    for match in _WORD.findall(join_numbers(fold(text)).replace("ø", " ")):
        if match.isalpha() or _HAS_DIGIT.search(match):
            text_words.append(match)
        else:
            text_words.extend(_JOINS.split(match))
    return tuple(text_words)


def tokens(text: str) -> list[str]:
    """Return the tokens of a name: words stemmed, German compounds split, abbreviations spelled out.

    Function words are left out unless there is nothing else.
    """
    all_words = words(text)
    meaningful = [word for word in all_words if word not in FUNCTION_WORDS] or all_words
    return [token for word in meaningful for token in word_tokens(word)]


@lru_cache(_CACHED_WORDS)
def word_tokens(word: str) -> tuple[str, ...]:
    """Return the tokens of one folded word, code or size."""
    if _HAS_DIGIT.search(word):
        return _code_tokens(word)
    parts = (part for long in spelled_out(word) for part in base_words(long))
    return tuple(stem(part) for part in parts)


def _code_tokens(word: str) -> tuple[str, ...]:
    """A code stays whole; words joined to it stand beside it (``24v-motor`` -> 24v, motor)."""
    head, *tail = word.split("-")
    if tail and all(part.isalpha() and len(part) >= 4 for part in tail):
        return tuple(token for part in (head, *tail) for token in word_tokens(part))
    long = spelled_out(word)
    return long if long == (word,) else tuple(token for part in long for token in word_tokens(part))
