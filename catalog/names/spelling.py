"""How words are written: capitals of names in block letters, umlauts that a lexicon word proves."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.names.words.abbreviations import abbreviations
from catalog.names.words.folding import fold
from catalog.names.words.lexicon import english_words, lexicon, segment
from catalog.names.words.tokens import FUNCTION_WORDS
from catalog.parts import Language

_CACHED_WORDS = 1 << 15
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)X(?=\d)")
_ADJECTIVE = re.compile(r"(isch|lich|ig|los|bar|iert|fest|frei)(e[mnrs]?)?$")
_DIGRAPH = re.compile(r"ae|oe|ue|ss", re.IGNORECASE)
LONGEST_ACRONYM = 3
"""Words in capitals of up to so many letters stay unless they are known words."""
_ACRONYM_LIST = """
epdm hnbr ptfe pvdf petp peek astm ansi asme atex cmos hdmi hsse rfid rohs scsi vdma dvgw gost unef bspp
bspt nptf mosfet igbt wlan ethercat profibus profinet dimm
"""
_ACRONYMS = frozenset(_ACRONYM_LIST.split())


def lower_block_letters(text: str, language: Language) -> str:
    """Return a name in block letters in normal case, any other name unchanged.

    Acronyms, codes and short unknown words keep their capitals; German nouns and unknown words
    begin with one, an English name begins with one.
    """
    if any(letter.islower() for letter in text) or not _has_plain_word(text, language):
        return text
    normal = _WORD.sub(lambda match: _normal_case(match.group(), language), text)
    normal = _BETWEEN_DIGITS.sub("x", normal)
    return normal[:1].upper() + normal[1:]


def restore_umlauts(text: str) -> str:
    """Return German text with ae, oe, ue, ss as umlauts and sharp s where the lexicon proves it.

    A word counts as proven when lexicon words make up all of it.
    """
    if not _DIGRAPH.search(text):
        return text
    return _WORD.sub(lambda match: _with_umlauts(match.group()), text)


def _has_plain_word(text: str, language: Language) -> bool:
    return any(
        len(word) >= LONGEST_ACRONYM and not _stays(word, language) for word in _WORD.findall(text)
    )


@lru_cache(_CACHED_WORDS)
def _normal_case(word: str, language: Language) -> str:
    if _stays(word, language):
        return word
    lower = word.lower()
    return lower.capitalize() if language == "de" and _is_german_noun(lower) else lower


def _stays(word: str, language: Language) -> bool:
    folded = fold(word)
    if folded in _ACRONYMS:
        return True
    return len(word) <= LONGEST_ACRONYM and not _is_known(folded, language)


def _is_known(folded: str, language: Language) -> bool:
    if folded in FUNCTION_WORDS or folded in abbreviations(language):
        return len(folded) > 1
    return folded in (lexicon().forms if language == "de" else english_words())


def _is_german_noun(lower: str) -> bool:
    folded = fold(lower)
    if folded in FUNCTION_WORDS or folded in abbreviations("de"):
        return False
    german_lexicon = lexicon()
    if forms := segment(folded):
        return forms[-1].base in german_lexicon.nouns or forms[-1].base not in german_lexicon.others
    return not _ADJECTIVE.search(lower)


@lru_cache(_CACHED_WORDS)
def _with_umlauts(word: str) -> str:
    if not _DIGRAPH.search(word):
        return word
    forms = segment(fold(word))
    spelling = "".join(form.written for form in forms or ())
    if not forms or fold(spelling) != fold(word) or not word.isascii():
        return word
    if word.isupper():
        return spelling.upper() if "ß" not in spelling else word
    return word[:1] + spelling[1:] if word[:1].lower() == spelling[:1] else _capital(word, spelling)


def _capital(word: str, spelling: str) -> str:
    return spelling[:1].upper() + spelling[1:] if word[:1].isupper() else spelling
