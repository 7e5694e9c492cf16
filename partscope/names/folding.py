"""One spelling for all: what two writings of the same text have in common."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = dict.fromkeys((*range(0x20), 0x7F), " ")
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "\u2044": "/"}
)
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
"""Soft hyphens, zero-width and direction marks."""
_ACCENT = re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Return the text by which writings are compared; folding twice changes nothing.

    NFKC, casefold, umlauts to ae oe ue ss, other accents dropped, fractions with a plain slash,
    control and white space as single spaces, invisible characters (soft hyphen, ...) dropped.
    """
    if text.isascii():
        return " ".join(text.lower().translate(_CONTROLS).split())
    once = _fold_unicode(text)
    # Compatibility forms of letters with accents may need a second look.
    twice = _fold_unicode(once)
    while once != twice:
        once, twice = twice, _fold_unicode(twice)
    return once


def _fold_unicode(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(_GERMAN)
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", INVISIBLE.sub("", plain)))
    printable = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in bare)
    return " ".join(unicodedata.normalize("NFC", printable).split())
