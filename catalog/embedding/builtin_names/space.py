"""The space of names that ``tfidf`` and ``bilingual`` share: words beside n-grams, projected.

Words and n-grams are sketched to a fixed width and projected to the directions in which names
differ most (latent semantic indexing: Deerwester et al. 1990). Half of a vector's length is from
its words and half from its n-grams, in which cognates, inflections and typing errors still meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from catalog.arrays import FloatMatrix, StateArrays, unit_rows
from catalog.embedding.builtin_names.features import UnitCounts, count_units, units
from catalog.embedding.builtin_names.rarity import Rarity
from catalog.names.glossary import glossary

DIM = 384
BATCH = 1024
_WIDTH = 2048
_PROJECTED_FROM = 8_000
"""Names of the catalogue, and as many terms of the glossary, that the projection is learnt from."""


class Words(Protocol):
    """What the units of names stand for."""

    def sketch(self, units: Sequence[str], rarity: Rarity, width: int) -> sp.csr_matrix:
        """Return the weighted features of each unit, shape (units, width)."""
        ...


class NameSpace:
    """Turns names into rows of ``DIM`` numbers."""

    def __init__(self, rarity: Rarity, words: Words, state: StateArrays) -> None:
        projection = state["projection"]
        if projection.shape != (_WIDTH, DIM):
            raise ValueError(f"the projection has shape {projection.shape}")
        self._rarity = rarity
        self._words = words
        self._projection = projection.astype(np.float32)

    def rows(self, names: Sequence[str]) -> FloatMatrix:
        """Return the vectors of names, shape (n, DIM), not yet of length 1."""
        counts = count_units(names)
        words, grams = _sketches(counts, self._rarity, self._words)
        return self._projected(counts, words) + self._projected(counts, grams)

    def _projected(self, counts: UnitCounts, sketched: sp.csr_matrix) -> FloatMatrix:
        """Project what is of length 1 before: the less of it lies in the space, the less it counts."""
        squares = (counts.matrix @ sketched).power(2).sum(axis=1)
        lengths = np.sqrt(np.asarray(squares, dtype=np.float32).reshape(-1, 1))
        rows = counts.matrix @ (sketched @ self._projection)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def learn_projection(
    own_names: Sequence[str],
    rarity: Rarity,
    words: Words,
    units_of: Callable[[str], Sequence[str]] = units,
) -> StateArrays:
    """Return the directions of most variance among the catalogue's names and the glossary's terms.

    The glossary stands in for names that are still to come. Shape (width, DIM), as float16.
    """
    names = _evenly(own_names) + _evenly(glossary_terms())
    moments = np.zeros((_WIDTH, _WIDTH), dtype=np.float32)
    for start in range(0, len(names), BATCH):
        counts = count_units(names[start : start + BATCH], units_of)
        by_word, by_gram = (
            unit_rows((counts.matrix @ sketched).toarray())
            for sketched in _sketches(counts, rarity, words)
        )
        rows = by_word + by_gram
        moments += rows.T @ rows
    _, directions = scipy.linalg.eigh(moments, subset_by_index=(_WIDTH - DIM, _WIDTH - 1))
    return {"projection": directions[:, ::-1].astype(np.float16)}


def glossary_terms() -> list[str]:
    """Return the glossary's terms of both languages, each once."""
    return list(
        dict.fromkeys(term for entry in glossary().entries for term in (entry.de, entry.en))
    )


def _sketches(
    counts: UnitCounts, rarity: Rarity, words: Words
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    return words.sketch(counts.units, rarity, _WIDTH), rarity.gram_sketch(counts.units, _WIDTH)


def _evenly(names: Sequence[str]) -> list[str]:
    step = max(1, -(-len(names) // _PROJECTED_FROM))
    return list(names[::step])
