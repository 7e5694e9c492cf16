"""The scores of retrieval and of translation, and all that one evaluation measured.

Definitions, over queries whose label at least one other part has, each part asked once and never
finding itself: P@k is the share of the first k hits that have the query's label. AP@10 is the sum,
over those of the first ten hits that have the label, of P@(their rank), divided by min(10, number of
other parts with the label); mAP@10 is its mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
"""Hits that are looked at."""

BoolMatrix = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RetrievalScore:
    """P@1, P@10 and mAP@10 over ``n`` queries; see the module for the definitions."""

    p_at_1: float
    p_at_10: float
    map_at_10: float
    n: int

    def to_json(self) -> dict[str, float]:
        """Return plain values under the names the command line prints."""
        return {
            "p@1": round(self.p_at_1, 4),
            "p@10": round(self.p_at_10, 4),
            "map@10": round(self.map_at_10, 4),
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class TranslationScore:
    """Share of ``n`` names whose own name in the other language is among the first 1 and 10."""

    hit_at_1: float
    hit_at_10: float
    n: int

    def to_json(self) -> dict[str, float]:
        """Return plain values under the names the command line prints."""
        return {
            "hit@1": round(self.hit_at_1, 4),
            "hit@10": round(self.hit_at_10, 4),
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What ``evaluate`` measured: by vector or ``fused``, and by direction ``de_en``, ``en_de``."""

    retrieval: Mapping[str, RetrievalScore]
    translation: Mapping[str, TranslationScore]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "retrieval": {name: score.to_json() for name, score in self.retrieval.items()},
            "translation": {name: score.to_json() for name, score in self.translation.items()},
        }


def retrieval_score(hits: BoolMatrix, others: NDArray[np.int64]) -> RetrievalScore:
    """Return the score of hits of shape (n, <= 10), True where the label is the query's.

    ``others`` is how many other parts have each query's label, shape (n,); all > 0.
    """
    ranks = np.arange(1, hits.shape[1] + 1)
    precision = np.cumsum(hits, axis=1) / ranks
    average = (precision * hits).sum(axis=1) / np.minimum(others, DEPTH)
    return RetrievalScore(
        float(hits[:, :1].sum(axis=1).mean()),
        float(hits.sum(axis=1).mean() / DEPTH),
        float(average.mean()),
        len(hits),
    )


def translation_score(hits: BoolMatrix) -> TranslationScore:
    """Return the score of hits of shape (n, 10), True where the name is the right one; n > 0."""
    return TranslationScore(float(hits[:, 0].mean()), float(hits.any(axis=1).mean()), len(hits))
