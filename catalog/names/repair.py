"""Text that was damaged on its way: HTML entities, UTF-8 read as cp1252, controls, odd spaces."""

from __future__ import annotations

import html
import re
import unicodedata

from catalog.names.words.folding import INVISIBLE

# What two and three bytes of UTF-8 look like in cp1252, for the letters and signs of Western names:
# \u00c2\u00b0 is a degree sign, \u00c3\u00bc is u umlaut, \u00e2\u20ac\u201c a dash.
_CONTINUATION = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xC0))
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3][{re.escape(_CONTINUATION)}\x80-\x9f]"
    f"|\u00e2[{re.escape(_CONTINUATION)}\x80-\x9f]{{2}}"
)
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
        decoded = INVISIBLE.sub("", _MOJIBAKE.sub(_undone, decoded))
        decoded = unicodedata.normalize("NFC", decoded)
    return " ".join(_CONTROL.sub(" ", decoded).split())


def _undone(match: re.Match[str]) -> str:
    damaged = match.group()
    raw = b"".join(_byte(letter) for letter in damaged)
    return raw.decode("utf-8", "replace") if _is_utf8(raw) else damaged


def _byte(letter: str) -> bytes:
    return letter.encode("latin-1" if ord(letter) < 0x100 else "cp1252")


def _is_utf8(raw: bytes) -> bool:
    return _REPLACEMENT not in raw.decode("utf-8", "replace")
