"""A name cut into the pieces translation and language guessing look at: words, codes and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_CACHED_CHUNKS = 1 << 15
_MARKS = r"(,;:/()\[\]+&\"'!?"
_EDGES = re.compile(rf"([{_MARKS})]*)(.*?)([{_MARKS})]*)", re.DOTALL)
_WORD_BREAK = re.compile(r"([/,;:()\[\]+&\"])|-")
_CODE_BREAK = re.compile(r"([,;:])(?=[^\W\d_]{3})|-(?=[^\W\d_]*[a-zäöüß][^\W\d_]{2,}$)")
_HAS_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_UNITS = re.compile(
    r"[kcdµm]?m|[km]?g|t|[mc]?l|[km]?v|[km]?a|m?ah|[km]?w|k?va|[kmg]?hz|nm|k?n|[km]?pa|m?bar|psi"
    r"|[km]?ohm|[unp]f|db|l[mx]|k|°?[cf]|rpm|min|h|m?s|[cdkm]?m[²³]"
)
MAX_ACRONYM = 5
"""Letters of the longest word in capitals that is taken for a code (``DIN``, ``PVC``, ``NPT``)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a name as written; ``gap`` is what stands before it: nothing, a space or a hyphen.

    Codes are sizes, numbers, standards, units, single letters and acronyms.
    """

    text: str
    kind: Literal["word", "code", "mark"]
    gap: Literal["", " ", "-"]


def pieces(name: str) -> list[Piece]:
    """Return the pieces of a name in order; nothing but white space and hyphens lies between."""
    name_pieces: list[Piece] = []
    for chunk in name.split():
        name_pieces += _chunk_pieces(chunk, " " if name_pieces else "")
    return name_pieces


def may_be_word(piece: Piece, name_pieces: list[Piece]) -> bool:
    """Tell whether a piece is a word, or an acronym that may be one: in a name all in capitals."""
    if piece.kind != "code":
        return piece.kind == "word"
    if len(piece.text) <= 2 or not piece.text.isalpha():
        return False
    return all(word.text.isupper() for word in name_pieces if word.kind == "word")


@lru_cache(_CACHED_CHUNKS)
def _chunk_pieces(chunk: str, gap: Literal["", " "]) -> tuple[Piece, ...]:
    match = _EDGES.fullmatch(chunk)
    before, core, after = match.groups() if match else ("", chunk, "")
    chunk_pieces = [Piece(mark, "mark", "") for mark in before]
    chunk_pieces += _core_pieces(core)
    chunk_pieces += [Piece(mark, "mark", "") for mark in after]
    chunk_pieces[0] = Piece(chunk_pieces[0].text, chunk_pieces[0].kind, gap)
    return tuple(chunk_pieces)


def _core_pieces(core: str) -> list[Piece]:
    has_digit = _HAS_DIGIT.search(core) is not None
    core_pieces: list[Piece] = []
    gap: Literal["", "-"] = ""
    for part in (_CODE_BREAK if has_digit else _WORD_BREAK).split(core):
        if part is None:
            gap = "-"
        elif part:
            core_pieces.append(Piece(part, _kind(part), gap))
            gap = ""
    if (
        len(core_pieces) > 1
        and _is_letter(core_pieces[0].text)
        and core_pieces[1].gap == "-"
        and not has_digit
    ):
        # O-Ring, V-belt, T-Stück: the letter belongs to the word.
        core_pieces[0] = Piece(core_pieces[0].text, "word", "")
    return core_pieces or [Piece(core, "mark", "")] if core else []


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _kind(text: str) -> Literal["word", "code", "mark"]:
    if not _LETTERS.search(text):
        return "code" if _HAS_DIGIT.search(text) else "mark"
    if _HAS_DIGIT.search(text) or len(text) == 1 or _UNITS.fullmatch(text.casefold()):
        return "code"
    return "code" if text.isupper() and len(text) <= MAX_ACRONYM else "word"
