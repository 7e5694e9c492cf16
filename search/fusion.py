"""From the evidence of each vector to one score for each candidate, fair to what a part lacks.

The score is over the evidence both sides have. What a candidate lacks (no photo, no description) is
neither a zero nor a free pass: it is taken to be worth half of what the present evidence says and
half of what a random part would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.calibration import FloatArray, score_of

GROUP_OF = {
    "image": "image",
    "name_de": "name",
    "name_en": "name",
    "terms": "terms",
    "description": "description",
}
"""The vectors that are asked, and the group each counts for: the names of a part in both languages
are alternatives, since one query is in one language or the embedder reads both."""
DEFAULT_WEIGHTS = {"image": 1.0, "name": 0.5, "terms": 0.5, "description": 0.5}
"""A picture counts as much as the two readings of a name (its vector and its words) together."""
RANDOM_EVIDENCE = 1.0
"""Mean evidence of a random part: ``-ln`` of a uniform number is exponential with mean 1."""
TRUST = 0.5
"""How much of the present evidence is expected of what is missing."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Row i is candidate i. ``shares`` (n, vectors) add up to 1 in each row, 0 where missing."""

    scores: FloatArray
    shares: FloatArray


def fuse(evidence: FloatArray, vectors: Sequence[str], weights: Mapping[str, float]) -> Fused:
    """Fuse evidence of shape (n, vectors), NaN where a candidate has no such vector.

    ``vectors`` name the columns; ``weights`` are by vector, finite and > 0. Rising evidence never
    lowers a score. A candidate without any of the vectors scores 0.
    """
    if not vectors:
        return Fused(np.zeros(len(evidence)), np.zeros((len(evidence), 0)))
    chosen, columns = _best_of_groups(evidence, vectors, weights)
    weight = _group_weights(vectors, weights)
    present = ~np.isnan(chosen)
    known = np.where(present, chosen, 0.0) * weight
    known_weight = present @ weight
    mean = known.sum(axis=1) / np.where(known_weight > 0, known_weight, 1.0)
    expected = TRUST * mean + (1 - TRUST) * RANDOM_EVIDENCE
    missing_weight = weight.sum() - known_weight
    total = (known.sum(axis=1) + missing_weight * expected) / weight.sum()
    scores = np.where(known_weight > 0, score_of(total), 0.0)
    return Fused(scores, _shares(known, present * weight, columns, len(vectors)))


def resolve_weights(given: Mapping[str, float], vectors: Sequence[str]) -> dict[str, float]:
    """Return the weight of each vector: as given for it, as given for its group, or the default."""
    return {
        vector: float(
            given.get(vector, given.get(GROUP_OF[vector], DEFAULT_WEIGHTS[GROUP_OF[vector]]))
        )
        for vector in vectors
    }


def _groups(vectors: Sequence[str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for column, vector in enumerate(vectors):
        groups.setdefault(GROUP_OF[vector], []).append(column)
    return groups


def _group_weights(vectors: Sequence[str], weights: Mapping[str, float]) -> FloatArray:
    groups = _groups(vectors).values()
    return np.array([max(weights[vectors[c]] for c in columns) for columns in groups])


def _best_of_groups(
    evidence: FloatArray, vectors: Sequence[str], weights: Mapping[str, float]
) -> tuple[FloatArray, NDArray[np.intp]]:
    # The best alternative of each group and its column; a lighter alternative counts for less.
    best, column = [], []
    for columns in _groups(vectors).values():
        heaviest = max(weights[vectors[c]] for c in columns)
        scale = np.array([weights[vectors[c]] / heaviest for c in columns])
        alternatives = evidence[:, columns] * scale
        filled = np.where(np.isnan(alternatives), -1.0, alternatives)
        winner = filled.argmax(axis=1)
        value = np.take_along_axis(filled, winner[:, None], axis=1)[:, 0]
        best.append(np.where(value < 0, np.nan, value))
        column.append(np.asarray(columns)[winner])
    return np.column_stack(best), np.column_stack(column)


def _shares(
    known: FloatArray, weight: FloatArray, columns: NDArray[np.intp], width: int
) -> FloatArray:
    # Where nothing speaks for a candidate the shares are those of the weights.
    basis = np.where(known.sum(axis=1, keepdims=True) > 0, known, weight)
    total = basis.sum(axis=1, keepdims=True)
    shares = np.zeros((len(known), width))
    np.put_along_axis(shares, columns, basis / np.where(total > 0, total, 1.0), axis=1)
    return shares
