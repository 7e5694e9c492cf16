"""What words mean whichever language they are of: each word as a mixture of English words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from catalog.arrays import FloatVector, StateArrays
from catalog.embedding.builtin_names.alignment import align
from catalog.embedding.builtin_names.features import is_word, sketch, unit_keys, units
from catalog.embedding.builtin_names.rarity import Rarity

_MOST_WORDS = 50_000
_SYNONYMS = 0.5
"""Share of an English word's meaning that is what its German translations mean in English."""
_LEAST = 0.02
_SHORTEST_PIECE = 4
_SHORTEST_REST = 3
_LONGEST_COMPOUND = 80
"""Letters; what is longer is no word."""


class Meanings:
    """The words with a known meaning, and the English words that each of them means.

    ``table`` has shape (words, words), rows of length 1. A word may be a pair of words.
    """

    def __init__(self, words: Sequence[str], table: sp.csr_matrix) -> None:
        if table.shape != (len(words), len(words)):
            raise ValueError(f"meanings of {len(words)} words have shape {table.shape}")
        self._words = words
        self._table = table
        self._number = {word: number for number, word in enumerate(words)}
        self._keys = unit_keys(words)

    def sketch(self, name_units: Sequence[str], rarity: Rarity, width: int) -> sp.csr_matrix:
        """Return the meaning of each unit, weighted by its rarity, shape (units, width).

        A word without a known meaning means itself and, in part, the known words that it begins
        and ends with: an unknown compound.
        """
        weights = rarity.of_units(name_units)
        rows, words, shares = self._known_words(name_units)
        spread = sp.csr_matrix(
            (shares * rarity.of_units([self._words[word] for word in words]), (rows, words)),
            shape=(len(name_units), len(self._words)),
        )
        meanings = (spread @ self._table).tocoo()
        shape = (len(name_units), width)
        unknown = np.array(
            [row for row, unit in enumerate(name_units) if unit not in self._number], dtype=np.int64
        )
        own_keys = unit_keys([name_units[row] for row in unknown])
        return sketch(meanings.row, self._keys[meanings.col], meanings.data, shape) + sketch(
            unknown, own_keys, weights[unknown], shape
        )

    def state(self) -> StateArrays:
        """Return words and table by name."""
        text = "\n".join(self._words).encode()
        return {
            "words": np.frombuffer(text, dtype=np.uint8),
            "meaning_starts": self._table.indptr.astype(np.int32),
            "meaning_words": self._table.indices.astype(np.int32),
            "meaning_shares": self._table.data.astype(np.float32),
        }

    @classmethod
    def from_state(cls, state: StateArrays) -> Meanings:
        """Return the meanings that a state holds; raises KeyError and ValueError."""
        words = state["words"].tobytes().decode().split("\n") if state["words"].size else []
        parts = (state["meaning_shares"], state["meaning_words"], state["meaning_starts"])
        return cls(words, sp.csr_matrix(parts, shape=(len(words), len(words))))

    def _known_words(
        self, name_units: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatVector]:
        """Return unit, known word in it and share of it, for whole words and for pieces."""
        entries = [
            (row, word, share)
            for row, unit in enumerate(name_units)
            for word, share in self._parts(unit)
        ]
        table = np.array(entries, dtype=np.float64).reshape(-1, 3)
        indices = table[:, :2].astype(np.int64)
        return indices[:, 0], indices[:, 1], table[:, 2].astype(np.float32)

    def _parts(self, unit: str) -> Iterator[tuple[int, float]]:
        if (number := self._number.get(unit)) is not None:
            yield number, 1.0
        elif unit.isalpha() and len(unit) <= _LONGEST_COMPOUND:
            yield from self._pieces(unit)

    def _pieces(self, word: str) -> Iterator[tuple[int, float]]:
        """Yield the longest known word at the beginning, then at the end of the rest."""
        head_end = 0
        for end in range(len(word) - _SHORTEST_REST, _SHORTEST_PIECE - 1, -1):
            if (piece := self._number.get(word[:end])) is not None:
                head_end = end
                yield piece, end / len(word)
                break
        first = max(head_end, _SHORTEST_REST)
        for start in range(first, len(word) - _SHORTEST_PIECE + 1):
            if (piece := self._number.get(word[start:])) is not None:
                yield piece, (len(word) - start) / len(word)
                break


def learn_meanings(
    pairs: Sequence[tuple[str, str]], units_of: Callable[[str], Sequence[str]] = units
) -> Meanings:
    """Return what the words of German-English name pairs mean."""
    word_pairs = [
        (
            [unit for unit in units_of(de) if is_word(unit)],
            [unit for unit in units_of(en) if is_word(unit)],
        )
        for de, en in pairs
    ]
    german = Counter(chain.from_iterable(de for de, _ in word_pairs))
    english = Counter(chain.from_iterable(en for _, en in word_pairs))
    words = [word for word, _ in (german + english).most_common(_MOST_WORDS)]
    number = {word: place for place, word in enumerate(words)}
    number_pairs = [
        ([number[u] for u in de if u in number], [number[u] for u in en if u in number])
        for de, en in word_pairs
    ]
    is_german = np.array([german[word] / (german[word] + english[word]) for word in words])
    return Meanings(words, _table(number_pairs, is_german))


def _table(
    pairs: list[tuple[list[int], list[int]]], is_german: NDArray[np.float64]
) -> sp.csr_matrix:
    """Mix, for each word, what it means as a German and as an English word."""
    count = len(is_german)
    to_english = align(pairs, count)
    to_german = align([(english, german) for german, english in pairs], count)
    as_english = (1 - _SYNONYMS) * sp.identity(count) + _SYNONYMS * (to_german @ to_english)
    mixture = sp.diags(is_german) @ to_english + sp.diags(1 - is_german) @ as_english
    table = sp.csr_matrix(mixture, dtype=np.float32)
    table.data[table.data < _LEAST] = 0
    table.eliminate_zeros()
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1 / np.where(lengths > 0, lengths, 1)) @ table, dtype=np.float32)
