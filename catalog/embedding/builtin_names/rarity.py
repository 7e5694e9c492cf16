"""How rare units and n-grams are in a catalogue: inverse document frequency by hashed key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from catalog.arrays import FloatVector, StateArrays
from catalog.embedding.builtin_names.features import (
    Keys,
    UnitCounts,
    gram_keys,
    sketch,
    unit_keys,
)

_BUCKETS = 1 << 16
"""Keys that share a bucket share a frequency; one name in 65536 is not worth telling apart."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """Weights by bucket, each of shape (65536,), for units and for n-grams; all above 0."""

    units: FloatVector
    grams: FloatVector

    def of_units(self, units: Sequence[str]) -> FloatVector:
        """Return the weight of each unit; one that was never seen is the rarest."""
        return self.units[unit_keys(units) % _BUCKETS]

    def gram_sketch(self, units: Sequence[str], width: int) -> sp.csr_matrix:
        """Return the weighted character n-grams of each unit, shape (units, width)."""
        keys, rows = _grams(units)
        shape = (len(units), width)
        return sketch(rows, keys, self.grams[keys % _BUCKETS], shape)

    def state(self) -> StateArrays:
        """Return the weights by name."""
        return {"unit_rarity": self.units, "gram_rarity": self.grams}

    @classmethod
    def from_state(cls, state: StateArrays) -> Rarity:
        """Return the rarity that a state holds; raises KeyError and ValueError."""
        units, grams = state["unit_rarity"], state["gram_rarity"]
        if units.shape != (_BUCKETS,) or grams.shape != (_BUCKETS,):
            raise ValueError(f"rarity has shapes {units.shape} and {grams.shape}")
        return cls(units, grams)


def learn_rarity(counts: UnitCounts) -> Rarity:
    """Return log(1 + (1 + names) / (1 + names with the feature)) by bucket."""
    names = counts.matrix.shape[0]
    name_counts = np.bincount(counts.matrix.indices, minlength=len(counts.units))
    keys, rows = _grams(counts.units)
    return Rarity(
        units=_weights(unit_keys(counts.units), name_counts, names),
        grams=_weights(keys, name_counts[rows], names),
    )


def _weights(
    keys: Keys, name_counts: np.ndarray[tuple[int], np.dtype[np.int64]], names: int
) -> FloatVector:
    frequency = np.bincount(keys % _BUCKETS, name_counts, minlength=_BUCKETS)
    return np.log1p((1 + names) / (1 + frequency)).astype(np.float32)


def _grams(units: Sequence[str]) -> tuple[Keys, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the n-gram keys of all units, and the unit that each belongs to."""
    keys = [gram_keys(unit) for unit in units]
    rows = np.repeat(np.arange(len(units)), [len(grams) for grams in keys])
    return np.concatenate([np.empty(0, dtype=np.uint32), *keys]), rows
