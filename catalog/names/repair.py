"""Text that was damaged on its way: HTML entities, UTF-8 read as something else, controls, odd spaces."""

from __future__ import annotations

import html
import re
import unicodedata

from catalog.names.words.folding import INVISIBLE

_DAMAGED = re.compile(r"[\u00c2\u00c3\u0102\u00e2\u252c\u251c\u00ac\u221a][^\x00-\x7f]")
"""What the first byte of most Western signs in UTF-8 looks like in cp1252, cp1250, cp437 and Mac Roman,
and another one. ftfy sees no other pairs: in 25×Ø10 it would find Hebrew."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")


def repair(text: str) -> str:
    """Return the text with entities decoded, mojibake undone, NFC and single spaces; idempotent."""
    repaired = _repair_once(text)
    while repaired != text:
        text, repaired = repaired, _repair_once(repaired)
    return repaired


def storable(text: str) -> str:
    """Return the text with lone surrogates as U+FFFD: no file and no store could hold them."""
    return text if text.isascii() else _SURROGATE.sub(_REPLACEMENT, text)


def _repair_once(text: str) -> str:
    decoded = html.unescape(text) if "&" in text else text
    if not decoded.isascii():
        if _DAMAGED.search(decoded):
            decoded = _undamaged(decoded)
        decoded = INVISIBLE.sub("", decoded)
        decoded = unicodedata.normalize("NFC", decoded)
    return " ".join(_CONTROL.sub(" ", decoded).split())


def _undamaged(text: str) -> str:
    import ftfy

    return ftfy.fix_encoding(text)
