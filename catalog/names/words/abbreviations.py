"""Abbreviations of part names and what they stand for; the table is ``abbreviations.tsv``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from catalog.names.words.folding import fold
from catalog.parts import LANGUAGES, Language

MIN_BEFORE_TAIL = 3
"""Letters a longer word has before the abbreviation at its end."""
MIN_NEIGHBOUR = 4
"""Letters of a word that an abbreviation without dot may be joined to by a hyphen."""
_JOINED_BEFORE = re.compile(r"([^\W_]+)\.?-$")
_JOINED_BEHIND = re.compile(r"-([^\W_]+)")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """``short`` is folded; ``when`` says how it is recognised, see the table."""

    short: str
    language: Language
    long: str
    when: Literal["dot", "word", "tail"]


@cache
def abbreviations(language: Language) -> dict[str, Abbreviation]:
    """Return the abbreviations of one language by their folded short form."""
    return {entry.short: entry for entry in _read_table() if entry.language == language}


def expand(text: str, language: Language) -> str:
    """Return the text with its abbreviations spelled out; what is no known one stays as it is."""
    return _short().sub(lambda match: _expanded(match, language), text)


def spelled_out(word: str) -> tuple[str, ...]:
    """Return the folded words that a folded word stands for in either language, or the word itself.

    Only what needs no dot and means one thing counts, since words have lost their dots.
    """
    return _unambiguous().get(word, (word,))


@cache
def _short() -> re.Pattern[str]:
    """Match words, and the short forms that are more than one (``w/``, ``re/li``, ``6-kt``)."""
    short_forms = sorted(entry.short for entry in _read_table() if not entry.short.isalnum())
    opening = "|".join(re.escape(short) for short in short_forms if short.endswith("/"))
    others = "|".join(re.escape(short) for short in short_forms if not short.endswith("/"))
    return re.compile(
        rf"(?<!\w)(?<!\d\.)(?:(?:{others})(?![^\W_])\.?|{opening}\.?|[^\W_]+\.?)", re.IGNORECASE
    )


def _expanded(match: re.Match[str], language: Language) -> str:
    word = match.group()
    short = fold(word.rstrip("."))
    dotted = word.endswith(".")
    entry = abbreviations(language).get(short)
    if entry is None:
        return _with_long_tail(word, language) if dotted else word
    if not dotted and (entry.when == "dot" or _is_in_code(match, language)):
        return word
    if len(short) == 1 and match.string[: match.start()].rstrip()[-1:].isdigit():
        return word  # 5 m. are metres
    return _capital_of(match, entry.long) + _joint(match, language)


def _is_in_code(match: re.Match[str], language: Language) -> bool:
    """Tell ``SW-125`` and ``UFT-SW-A`` from ``Brkt-Assy`` and ``hex-screw``."""
    before = _JOINED_BEFORE.search(match.string, max(0, match.start() - 40), match.start())
    behind = _JOINED_BEHIND.match(match.string, match.end())
    neighbours = [neighbour[1] for neighbour in (before, behind) if neighbour]
    return not all(
        (word.isalpha() and len(word) >= MIN_NEIGHBOUR) or fold(word) in abbreviations(language)
        for word in neighbours
    )


def _with_long_tail(dotted_word: str, language: Language) -> str:
    word = dotted_word.rstrip(".")
    for size in range(len(word) - MIN_BEFORE_TAIL, 2, -1):
        entry = abbreviations(language).get(fold(word[-size:]))
        if entry is not None and entry.when == "tail":
            return word[:-size] + entry.long.lower()
    return dotted_word


def _capital_of(match: re.Match[str], long: str) -> str:
    """Keep the capital of a written word (``Brkt``) and the one a name begins with."""
    word = match.group().rstrip(".")
    keeps = word[:1].isupper() and (match.start() == 0 or not word.isupper())
    return long[0].upper() + long[1:] if keeps else long


def _joint(match: re.Match[str], language: Language) -> str:
    """Part what the dot held together: ``Zyl.Schraube`` is one German word, ``hex.nut`` are two."""
    next_character = match.string[match.end() : match.end() + 1]
    if not next_character.isalnum():
        return ""
    return "-" if language == "de" and next_character.isalpha() else " "


@cache
def _unambiguous() -> dict[str, tuple[str, ...]]:
    meanings: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for entry in abbreviations(language).values():
            meanings.setdefault(entry.short, set()).add(fold(entry.long))
    undotted = {entry.short for entry in _read_table() if entry.when != "dot"}
    return {
        short: tuple(re.split(r"[\s/-]+", next(iter(long))))
        for short, long in meanings.items()
        if short in undotted and len(long) == 1
    }


@cache
def _read_table() -> tuple[Abbreviation, ...]:
    text = files("catalog.names").joinpath("abbreviations.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return tuple(
        Abbreviation(fold(short), "de" if language == "de" else "en", long, _WHEN[when])
        for short, language, long, when in rows
    )


_WHEN: dict[str, Literal["dot", "word", "tail"]] = {"dot": "dot", "word": "word", "tail": "tail"}
