"""Which of the two languages a name is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from catalog.names.glossary import glossary
from catalog.names.translation.english import singulars
from catalog.names.translation.function_words import FUNCTION_WORDS
from catalog.names.translation.pieces import may_be_word, pieces
from catalog.names.words.folding import fold
from catalog.names.words.lexicon import segment
from catalog.parts import Language

_FUNCTION, _UMLAUT, _KNOWN, _INFLECTED, _PATTERN = 2.0, 1.5, 1.0, 0.5, 0.5
_CACHED_WORDS = 1 << 17
MIN_LEAD = 0.5
"""What one language must be ahead by: one word's letter pattern, half a known word."""
_GERMAN_LETTERS = re.compile(
    r"sch|tz|pf|zw|chs|hl|hr|aeu|eu[gz]|kts|ue[^s]|oe[lrs]|nkt|(?:ung|keit|heit|isch|lich|ig|chen|ieb|iert|en|ern|eln)$"
)
_ENGLISH_LETTERS = re.compile(
    r"th|wh|sh|oo|ea|ow|ay|oy|ough|ck[es]|c[eitlr]|qu[ai]|(?:ing|ness|ly|ed|ion|ment|able|less|y|ic|al|ive)$"
)


def guess_language(text: str) -> Language | None:
    """Return the language a name is written in, or None when nothing decides it.

    Known words and compounds, function words, umlauts and, for unknown words, letter patterns
    speak for a language; words known in both, sizes, standards and codes for none.
    """
    lead = sum(_evidence(text))
    if abs(lead) < MIN_LEAD:
        return None
    return "de" if lead > 0 else "en"


def _evidence(text: str) -> Iterator[float]:
    """Yield what speaks for German (positive) and for English (negative)."""
    text_pieces = pieces(text)
    for piece in text_pieces:
        if may_be_word(piece, text_pieces):
            yield _word_evidence(piece.text, has_pattern=piece.kind == "word")


@lru_cache(_CACHED_WORDS)
def _word_evidence(text: str, has_pattern: bool) -> float:
    word = fold(text)
    in_german, in_english = word in FUNCTION_WORDS["de"], word in FUNCTION_WORDS["en"]
    if in_german or in_english:
        return _FUNCTION * (in_german - in_english)
    umlaut = _UMLAUT if re.search("[äöüß]", text, re.IGNORECASE) else 0.0
    german, english = _german_match(word), _english_match(word)
    if german or english or not has_pattern:
        return umlaut + german - english
    patterns = bool(_GERMAN_LETTERS.search(word)) - bool(_ENGLISH_LETTERS.search(word))
    return umlaut + _PATTERN * patterns


def _english_match(word: str) -> float:
    if word in glossary().english_parts:
        return _KNOWN
    return _INFLECTED * any(form in glossary().english_parts for form in singulars(word))


def _german_match(word: str) -> float:
    """Rate a German word; a compound counts only where it is no English word that looks like one."""
    if word in glossary().german_words:
        return _KNOWN
    forms = segment(word) if word.isascii() else None
    if not forms or (len(forms) > 1 and _english_match(word)):
        return 0.0
    return _KNOWN if len(forms) > 1 or forms[0].rank == 0 else _INFLECTED
