"""Which characters the bytes of a text table stand for: byte order mark, UTF-8, UTF-16, cp1252."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import UnusableTable

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32's mark before UTF-16's: it begins with the same two bytes."""
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file. ``damaged``: some bytes do not fit; they become U+FFFD in their rows."""

    name: str
    damaged: bool
    notice: str | None = None


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a text table, after reading it once from end to end.

    A byte order mark decides; without one, NUL in every second place of the beginning is UTF-16;
    then strict UTF-8. A file that is neither is UTF-8 with damaged places if most of its
    characters beyond ASCII are UTF-8, else cp1252, with a notice. Raises UnusableTable for bytes
    that are no text.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, not _decodes(path, name))
    wide = _utf16_without_mark(head)
    if wide:
        notice = f"read as {wide.upper()}: the file has no byte order mark, but looks like it"
        return Encoding(wide, not _decodes(path, wide), notice)
    if len(_CONTROL.findall(head)) > len(head) // 100:
        raise UnusableTable(
            f"{path.name} is not a table: allowed are CSV or TSV text, .xlsx and Parquet; "
            "it holds binary data"
        )
    return _narrow(path)


def _narrow(path: Path) -> Encoding:
    if _decodes(path, "utf-8"):
        return Encoding("utf-8", damaged=False)
    valid, invalid = _count_utf8(path)
    if valid > invalid:
        notice = (
            f"{invalid} bytes are not UTF-8 like the rest of the file; their rows are set aside"
        )
        return Encoding("utf-8", damaged=True, notice=notice)
    notice = "read as cp1252 (Western European): the file is not UTF-8; check the umlauts"
    return Encoding("cp1252", not _decodes(path, "cp1252"), notice)


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _count_utf8(path: Path) -> tuple[int, int]:
    """Return how many characters beyond ASCII are valid UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = invalid = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            bad = len(_ESCAPED.findall(text))
            invalid += bad
            valid += len(_BEYOND_ASCII.findall(text)) - bad
    return valid, invalid
