"""``builtin:tfidf``: words and character n-grams by their rarity in the catalogue; no translation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import scipy.sparse as sp

from catalog.arrays import StateArrays
from catalog.embedding.builtin_names.features import count_units, sketch, unit_keys, units
from catalog.embedding.builtin_names.fitted import FittedNames, distinct_names
from catalog.embedding.builtin_names.rarity import Rarity, learn_rarity
from catalog.embedding.builtin_names.space import NameSpace, learn_projection
from catalog.embedding.contract import NamePair

_VERSION = 1


def embedder() -> FittedNames:
    """Return the embedder, not fitted yet."""
    return FittedNames("tfidf", _VERSION, _learn, _open)


class _WordsAsWritten:
    def sketch(self, units: Sequence[str], rarity: Rarity, width: int) -> sp.csr_matrix:
        rows = np.arange(len(units))
        return sketch(rows, unit_keys(units), rarity.of_units(units), (len(units), width))


def _learn(sample: Sequence[NamePair]) -> StateArrays:
    names = distinct_names(sample)
    units_of = cache(units)
    rarity = learn_rarity(count_units(names, units_of))
    return {**rarity.state(), **learn_projection(names, rarity, _WordsAsWritten(), units_of)}


def _open(state: StateArrays) -> NameSpace:
    return NameSpace(Rarity.from_state(state), _WordsAsWritten(), state)
