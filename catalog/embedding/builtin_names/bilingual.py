"""``builtin:bilingual``: German and English names in one space, learnt from glossary and catalogue.

Each word counts as what it means: a mixture of English words, by a translation table that is learnt
from the glossary and the catalogue's own pairs. No word's language has to be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from catalog.arrays import StateArrays
from catalog.embedding.builtin_names.features import count_units, units
from catalog.embedding.builtin_names.fitted import FittedNames, distinct_names
from catalog.embedding.builtin_names.meanings import Meanings, learn_meanings
from catalog.embedding.builtin_names.rarity import Rarity, learn_rarity
from catalog.embedding.builtin_names.space import NameSpace, glossary_terms, learn_projection
from catalog.embedding.contract import NamePair
from catalog.names.glossary import glossary

_VERSION = 1


def embedder() -> FittedNames:
    """Return the embedder, not fitted yet."""
    return FittedNames("bilingual", _VERSION, _learn, _open)


def _learn(sample: Sequence[NamePair]) -> StateArrays:
    own_names = distinct_names(sample)
    units_of = cache(units)  # each name is looked at three times
    rarity = learn_rarity(count_units(own_names + glossary_terms(), units_of))
    pairs = [(entry.de, entry.en) for entry in glossary().entries]
    pairs += [(pair.de, pair.en) for pair in sample if pair.de and pair.en]
    meanings = learn_meanings(pairs, units_of)
    projection = learn_projection(own_names, rarity, meanings, units_of)
    return {**rarity.state(), **meanings.state(), **projection}


def _open(state: StateArrays) -> NameSpace:
    return NameSpace(Rarity.from_state(state), Meanings.from_state(state), state)
