"""What a similarity is worth in this catalogue: from a vector's score to evidence, one scale for all.

The evidence of a score is ``-ln P(two random parts are at least that similar)``, read from the pairs
of a sample of the catalogue (the a-contrario view: Desolneux, Moisan, Morel 2000). So a cosine of
0.6 counts for much with an embedder that puts everything near 0.1 and for nothing with one that puts
everything near 0.8. The curves belong to the catalogue, never to one query, so that a score means
the same from query to query.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, SparseVector

FloatArray = NDArray[np.float64]

TOP_EVIDENCE = float(np.log(1e5))
"""What an identical vector is worth, however many duplicates a catalogue holds."""
PRIOR = 0.01
"""Share of a catalogue taken as similar to a query: where one random part in a hundred looks that
much alike, the score is 0.5."""
MIN_PAIRS = 300
"""With fewer pairs than this the default curve of the vector's kind is used."""
_LEVELS = np.array([0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4])
_PAIRS_BEHIND_A_LEVEL = 10
_NEARLY_SAME = 0.98
_DECIMALS = 6
_FORMAT = 2


@dataclass(frozen=True)
class Curve:
    """Evidence over similarity: knots with both coordinates ascending, straight between them."""

    similarity: tuple[float, ...]
    evidence: tuple[float, ...]

    def __call__(self, scores: FloatArray) -> FloatArray:
        """Return the evidence of similarities, in [0, ``TOP_EVIDENCE``]; NaN stays NaN. Any shape."""
        return np.asarray(np.interp(scores, *self._knots), dtype=np.float64)

    def to_json(self) -> list[tuple[float, ...]]:
        """Return what ``from_json`` reads: the similarities of the knots, then their evidence."""
        return [self.similarity, self.evidence]

    @classmethod
    def from_json(cls, knots: list[list[float]]) -> Curve:
        """Read the knots; ValueError or TypeError where they are none."""
        similarity, evidence = knots
        return cls(tuple(similarity), tuple(evidence))

    @cached_property
    def _knots(self) -> tuple[FloatArray, FloatArray]:
        return np.array(self.similarity), np.array(self.evidence)


DEFAULT_CURVES = {
    "image": Curve((0.2, 0.5, 0.7, 0.85, 1.0), (0.0, 1.5, 4.0, 7.0, TOP_EVIDENCE)),
    "name_de": Curve((0.05, 0.3, 0.6, 0.85, 1.0), (0.0, 2.0, 5.0, 8.0, TOP_EVIDENCE)),
    "name_en": Curve((0.05, 0.3, 0.6, 0.85, 1.0), (0.0, 2.0, 5.0, 8.0, TOP_EVIDENCE)),
    "description": Curve((0.05, 0.3, 0.6, 0.85, 1.0), (0.0, 2.0, 5.0, 8.0, TOP_EVIDENCE)),
    "terms": Curve((0.0, 0.2, 0.5, 0.8, 1.0), (0.0, 2.0, 5.0, 8.0, TOP_EVIDENCE)),
    "image<text": Curve((0.15, 0.25, 0.4, 1.0), (0.0, 2.0, 7.0, TOP_EVIDENCE)),
    "description<name": Curve((0.05, 0.3, 0.6, 1.0), (0.0, 2.0, 5.0, TOP_EVIDENCE)),
}
"""For catalogues too small to have random pairs. ``a<b`` is a query of kind b asked of vector a."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves of a catalogue and how rare its terms are, as of ``points`` parts.

    ``term_share`` maps a term's index to the share of sampled parts that have it: it turns a sparse
    score into a coverage in 0..1.
    """

    points: int
    sampled: int = 0
    curves: Mapping[str, Curve] = field(default_factory=dict)
    term_share: Mapping[int, float] = field(default_factory=dict)

    def evidence(self, curve: str, scores: FloatArray) -> FloatArray:
        """Return the evidence of one vector's similarities, NaN where a part has no such vector."""
        return self.curves.get(curve, DEFAULT_CURVES[curve])(scores)

    def fits(self, points: int) -> bool:
        """Whether it still speaks for a catalogue of that many parts: within a quarter, or 16."""
        return abs(points - self.points) <= max(16, self.points // 4)

    def coverage(self, own_terms: SparseVector, scores: FloatArray) -> FloatArray:
        """Return what share of an ideal match each sparse score is, in 0..1; see ``QueryTerms``."""
        ideal = self.ideal(own_terms)
        return np.minimum(scores / ideal, 1.0) if ideal > 0 else np.zeros_like(scores)

    def ideal(self, own_terms: SparseVector) -> float:
        """Return the sparse score of a part that is named exactly as asked."""
        return float((own_terms.values * self.idf(own_terms.indices)).sum())

    def idf(self, indices: NDArray[np.uint32]) -> FloatArray:
        """Return the weight of terms as Qdrant weighs: ``ln((N - n + 0.5) / (n + 0.5) + 1)``.

        n comes from the sample's share. A term that the sample has not seen is taken as half as
        frequent as the rarest it could see.
        """
        unseen = 0.5 / max(self.sampled, 1)
        n = self.points * np.array([self.term_share.get(int(i), unseen) for i in indices])
        return np.asarray(np.log((self.points - n + 0.5) / (n + 0.5) + 1))

    def to_artefact(self) -> bytes:
        """Return what ``from_artefact`` reads."""
        values = {
            "format": _FORMAT,
            "points": self.points,
            "sampled": self.sampled,
            "curves": {name: curve.to_json() for name, curve in self.curves.items()},
            "term_share": {str(index): share for index, share in self.term_share.items()},
        }
        return json.dumps(values).encode()

    @classmethod
    def from_artefact(cls, content: bytes) -> Calibration | None:
        """Read an artefact; None when another version wrote it or it is damaged."""
        try:
            values: dict[str, Any] = json.loads(content)
            if values["format"] != _FORMAT:
                return None
            curves = {name: Curve.from_json(knots) for name, knots in values["curves"].items()}
            shares = {int(index): float(share) for index, share in values["term_share"].items()}
            return cls(int(values["points"]), int(values["sampled"]), curves, shares)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def curve_of(pairs: FloatArray, default: Curve) -> Curve:
    """Return the curve of the similarities of random pairs, shape (n,); the default for few.

    The knots are the upper quantiles that at least ten pairs stand behind; above them the line runs
    to ``TOP_EVIDENCE`` at similarity 1. Near-identical pairs are no knots: duplicates in the sample
    must not make an identical part look common.
    """
    if len(pairs) < MIN_PAIRS:
        return default
    levels = _LEVELS[_LEVELS * len(pairs) >= _PAIRS_BEHIND_A_LEVEL]
    knots = np.quantile(pairs, 1 - levels)
    keep = knots < _NEARLY_SAME
    similarity = np.concatenate([[min(pairs.min(), _NEARLY_SAME)], knots[keep], [1.0]])
    evidence = np.concatenate([[0.0], -np.log(levels[keep]), [TOP_EVIDENCE]])
    return _ascending(similarity, evidence)


def score_of(evidence: FloatArray) -> FloatArray:
    """Return scores in (0, 1) from evidence: the posterior ``PRIOR / (PRIOR + exp(-evidence))``."""
    return np.asarray(PRIOR / (PRIOR + np.exp(-evidence)), dtype=np.float64)


def pair_similarities(queries: FloatMatrix, documents: FloatMatrix) -> FloatArray:
    """Return the cosines of all pairs of different rows, flat; both of shape (n, dim), unit rows."""
    products = queries @ documents.T
    return np.asarray(products[~np.eye(len(products), dtype=bool)], dtype=np.float64)


def _ascending(similarity: FloatArray, evidence: FloatArray) -> Curve:
    # Equal similarities (most sparse pairs share nothing: 0) keep the least evidence; knots closer
    # than rounding are equal, since between them the line would be too steep for floats.
    values, first = np.unique(np.round(similarity, _DECIMALS), return_index=True)
    return Curve(tuple(map(float, values)), tuple(map(float, evidence[first])))
