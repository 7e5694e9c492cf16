"""One spelling for all: what two writings of the same text have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CONTROLS = dict.fromkeys((*range(0x20), 0x7F), " ")
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss", "ẞ": "ss"}
    | {"æ": "ae", "œ": "oe", "Æ": "ae", "Œ": "oe", "×": "x", "✕": "x", "✖": "x"}
    | {"µ": "u", "μ": "u", "Ω": "ohm", "ω": "ohm", "\u2126": "ohm", "\u2044": "/"}
    | {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅛": " 1/8", "⅜": " 3/8", "⅝": " 5/8", "⅞": " 7/8"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00a0\u2007\u202f", " ")
)
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
"""Soft hyphens, zero-width and direction marks."""
_ACCENT = re.compile(r"[\u0300-\u036f]")
_HIGH_CONTROL = re.compile(r"[\x80-\x9f]")


_CACHED_LENGTH = 48
"""Longer texts than words and short names are not worth remembering."""


def fold(text: str) -> str:
    """Return the text by which writings are compared; folding twice changes nothing.

    NFKC, casefold, umlauts to ae oe ue ss, other accents dropped, dashes as hyphens, × as x,
    fractions as 1/2, micro and ohm signs spelled out, control and white space as single spaces,
    invisible characters (soft hyphen, ...) dropped.
    """
    return _fold_short(text) if len(text) <= _CACHED_LENGTH else _fold(text)


def _fold(text: str) -> str:
    spelled = text if text.isascii() else text.translate(_SPELLED)
    if spelled.isascii():
        return " ".join(spelled.lower().translate(_CONTROLS).split())
    once = _fold_unicode(spelled)
    # Compatibility forms of letters with accents may need a second look.
    twice = _fold_unicode(once)
    while once != twice:
        once, twice = twice, _fold_unicode(twice)
    return once


_fold_short = lru_cache(1 << 16)(_fold)


def _fold_unicode(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_SPELLED)).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(_SPELLED)
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", INVISIBLE.sub("", plain)))
    printable = _HIGH_CONTROL.sub(" ", bare.translate(_CONTROLS))
    return " ".join(unicodedata.normalize("NFC", printable).split())
