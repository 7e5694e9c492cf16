"""From the evidence of each vector to one score for each candidate, fair to what a part lacks.

The score is over the evidence both sides have. What a candidate lacks (no photo, no description) is
neither a zero nor a free pass: it is taken to be worth half of what the present evidence says and
half of what a random part would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.queries.weights import GROUP_OF
from search.ranking.calibration import FloatArray, score_of

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
    scores = fused_scores(evidence, vectors, weights)
    return Fused(scores, _shares(evidence, _groups(vectors, weights)))


def fused_scores(
    evidence: FloatArray, vectors: Sequence[str], weights: Mapping[str, float]
) -> FloatArray:
    """Return the scores of ``fuse`` alone, shape (n,)."""
    if not vectors:
        return np.zeros(len(evidence))
    groups = _groups(vectors, weights)
    weight = np.array([group.weight for group in groups])
    # One row a group: adding up over groups is then a product with the weights.
    best = np.stack([_best(evidence, group) for group in groups])
    present = ~np.isnan(best)
    known_weight = weight @ present
    known_sum = weight @ np.where(present, best, 0.0)
    mean = known_sum / np.where(known_weight > 0, known_weight, 1.0)
    expected = TRUST * mean + (1 - TRUST) * RANDOM_EVIDENCE
    total = (known_sum + (weight.sum() - known_weight) * expected) / weight.sum()
    return np.where(known_weight > 0, score_of(total), 0.0)


@dataclass(frozen=True, slots=True)
class _Group:
    # The columns that are alternatives of each other, each scaled: a lighter one counts for less.
    columns: tuple[int, ...]
    scales: tuple[float, ...]
    weight: float


def _groups(vectors: Sequence[str], weights: Mapping[str, float]) -> list[_Group]:
    columns: dict[str, list[int]] = {}
    for column, vector in enumerate(vectors):
        columns.setdefault(GROUP_OF[vector], []).append(column)
    return [
        _group(members, [weights[vectors[column]] for column in members])
        for members in columns.values()
    ]


def _group(columns: Sequence[int], weights: Sequence[float]) -> _Group:
    heaviest = max(weights)
    return _Group(tuple(columns), tuple(weight / heaviest for weight in weights), heaviest)


def _best(evidence: FloatArray, group: _Group) -> FloatArray:
    # The best alternative of a group, NaN where a candidate has none; shape (n,).
    best = evidence[:, group.columns[0]] * group.scales[0]
    for column, scale in zip(group.columns[1:], group.scales[1:], strict=True):
        best = np.fmax(best, evidence[:, column] * scale)
    return best


def _shares(evidence: FloatArray, groups: Sequence[_Group]) -> FloatArray:
    # What each group's best alternative brings; where nothing speaks for a candidate its weights.
    parts, weights = np.zeros(evidence.shape), np.zeros(evidence.shape)
    rows = np.arange(len(evidence))
    for group in groups:
        columns = np.array(group.columns)
        scaled = evidence[:, columns] * group.scales
        filled = np.where(np.isnan(scaled), -1.0, scaled)
        winner = filled.argmax(axis=1)
        best = filled[rows, winner]
        parts[rows, columns[winner]] = group.weight * np.maximum(best, 0.0)
        weights[rows, columns[winner]] = group.weight * (best >= 0)
    basis = np.where(parts.sum(axis=1, keepdims=True) > 0, parts, weights)
    total = basis.sum(axis=1, keepdims=True)
    return np.asarray(basis / np.where(total > 0, total, 1.0))
