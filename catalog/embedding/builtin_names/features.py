"""What the built-in name embedders look at: tokens, pairs of neighbouring tokens, character n-grams.

Features are known by 32-bit keys instead of vocabularies, so one that was never seen has its place
too, and a sketch of them has a fixed width.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from catalog.arrays import FloatVector
from catalog.names.glossary import glossary
from catalog.names.words.tokens import tokens

Keys = NDArray[np.uint32]

LICENCE = "Apache-2.0"
SIZE_WEIGHT = 0.3
"""Of tokens with digits (``m8x20``, ``din933``): attributes compare those and ``terms`` finds them."""
PHRASE_WEIGHT = 0.5
"""Of two neighbouring words: ``spirit level`` is more than ``spirit`` and ``level``."""
_GRAM_LENGTHS = (3, 4, 5)
_LONGEST = 64
"""Characters of a token that its n-grams are taken from."""
_PLACES = 4
"""Of each feature in a sketch."""
_PROBED = 16
_SPELLINGS = (
    *(("sch", "sh"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kv"), ("x", "ks")),
    *(("ce", "se"), ("ci", "si"), ("cy", "si"), ("ch", "h"), ("c", "k"), ("z", "s")),
    *(("y", "i"), ("j", "i"), ("w", "v"), ("ae", "a"), ("oe", "o"), ("ue", "u")),
    *(("ou", "u"), ("oo", "u"), ("ee", "i")),
)
"""Where both languages write one sound in two ways (Zylinder, cylinder; Mikroskop, microscope)."""
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """How often each unit occurs in each name, weighted; ``matrix`` has shape (names, units)."""

    units: list[str]
    matrix: sp.csr_matrix


def units(name: str) -> list[str]:
    """Return the tokens of a name and its pairs of neighbouring words, joined by a space."""
    name_tokens = tokens(name)
    return name_tokens + [
        f"{a} {b}" for a, b in pairwise(name_tokens) if a.isalpha() and b.isalpha()
    ]


def is_word(unit: str) -> bool:
    """Return whether a unit is of letters alone, so that it can have a translation."""
    return unit.replace(" ", "").isalpha()


def count_units(
    names: Sequence[str], units_of: Callable[[str], Sequence[str]] = units
) -> UnitCounts:
    """Return the units of names, in the order they come first, and their weighted counts."""
    column: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for name in names:
        columns += [column.setdefault(unit, len(column)) for unit in units_of(name)]
        ends.append(len(columns))
    weights = np.array([_weight(unit) for unit in column], dtype=np.float32)
    indices = np.array(columns, dtype=np.int64)
    shape = (len(names), len(column))
    counts = sp.csr_matrix((weights[indices], indices, np.array(ends)), shape=shape)
    counts.sum_duplicates()
    return UnitCounts(list(column), counts)


def unit_keys(of: Sequence[str]) -> Keys:
    """Return the key of each unit."""
    return np.array([crc32(unit.encode()) for unit in of], dtype=np.uint32)


@lru_cache(1 << 16)
def gram_keys(unit: str) -> Keys:
    """Return the keys of a token's 3- to 5-grams, its ends marked; a pair of words has none.

    Both languages' spellings are made one before, so that cognates meet.
    """
    if " " in unit:
        return np.empty(0, dtype=np.uint32)
    delimited_unit = f"<{respell(unit[:_LONGEST])}>"
    grams = [
        delimited_unit[start : start + length]
        for length in _GRAM_LENGTHS
        for start in range(len(delimited_unit) - length + 1)
    ]
    return unit_keys(grams)


def respell(token: str) -> str:
    """Return a folded token in the spelling that German and English share."""
    for spelling, common in _SPELLINGS:
        token = token.replace(spelling, common)
    return _DOUBLED.sub(r"\1", token)


def sketch(
    rows: NDArray[np.int64], keys: Keys, weights: FloatVector, shape: tuple[int, int]
) -> sp.csr_matrix:
    """Return the matrix whose ``rows`` hold the features ``keys`` with ``weights``, sketched.

    Each feature has four signed places in ``shape[1]`` columns, so that dot products stay the same
    in expectation (Kane and Nelson 2014, "Sparser Johnson-Lindenstrauss transforms").
    """
    streams = np.arange(1, _PLACES + 1, dtype=np.uint64)[None, :] << np.uint64(32)
    hashes = _mix(keys.astype(np.uint64)[:, None] + streams)
    places = (hashes >> np.uint64(1)) % np.uint64(shape[1])
    signs = (hashes & np.uint64(1)).astype(np.float32) * 2 - 1
    values = signs * (weights[:, None] / np.float32(np.sqrt(_PLACES)))
    place_rows = np.repeat(rows, _PLACES)
    return sp.csr_matrix(
        (values.ravel(), (place_rows, places.ravel().astype(np.int64))), shape=shape
    )


@cache
def tokeniser_fingerprint() -> str:
    """Return a hash that changes when names are split into other tokens.

    It covers the glossary, from which compounds are known, and what becomes of a sample of it.
    """
    digest = hashlib.sha256()
    for number, entry in enumerate(glossary().entries):
        digest.update(f"{entry.de}\t{entry.en}\n".encode())
        if number % _PROBED == 0:
            digest.update(" ".join(tokens(entry.de) + tokens(entry.en)).encode())
    return digest.hexdigest()


def _weight(unit: str) -> float:
    if " " in unit:
        return PHRASE_WEIGHT
    return 1.0 if unit.isalpha() else SIZE_WEIGHT


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit numbers (the finaliser of splitmix64, Steele et al. 2014)."""
    values = values * np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
