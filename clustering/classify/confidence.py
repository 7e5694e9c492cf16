"""How sure a classification is: learnt from the catalogue's own parts, each left out once.

A part's neighbours (without itself) vote on its cluster, which the run knows. A logistic regression
of whether they are right on how they voted makes of new votes a probability (Platt 1999), one for
each way of asking: by ``image``, by ``name``, by ``both``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatVector, unit_rows
from catalog.store.contract import PartStore, Record
from clustering.classify.votes import Votes, votes_of
from clustering.contract import NOISE

MODES: Mapping[str, tuple[str, ...]] = {
    "image": ("image",),
    "name": ("name_de", "name_en"),
    "both": ("image", "name_de", "name_en"),
}
"""The named vectors of each way of asking."""
SAMPLE = 300
MIN_SAMPLE = 30
"""With fewer parts to learn from, the share of votes itself is the confidence."""
_NEAREST_PERCENTILE = 2.0
_STRANGERS_PERCENTILE = 99.0
_FIELDS = 2


@dataclass(frozen=True, slots=True)
class Confidence:
    """Of one way of asking: the logistic curve, and how similar the nearest part usually is.

    ``weights`` are of the winner's share of the votes and its lead, the last is the constant;
    ``least_nearest`` is the similarity that an item needs to its nearest part to be no outlier: what
    98 of 100 parts have, or half way from there down to what 1 of 100 pairs of strangers has, parts
    of different clusters, since a catalogue of near-twins would else call all that is new an outlier.
    """

    weights: NDArray[np.float64]
    least_nearest: float

    def __call__(self, votes: Votes) -> float:
        """Return the probability in 0..1 that the cluster with most votes is the right one."""
        terms = np.append(_features(votes), 1.0)
        return float(1 / (1 + np.exp(-float(terms @ self.weights))))

    def to_array(self) -> NDArray[np.float64]:
        """Return what ``from_array`` reads, shape (4,)."""
        return np.append(self.weights, self.least_nearest)

    @classmethod
    def from_array(cls, values: NDArray[Any]) -> Confidence:
        """Read an array."""
        return cls(np.asarray(values[:-1], dtype=np.float64), float(values[-1]))


UNLEARNT = Confidence(np.array([4.0, 2.0, -2.5]), -1.0)
"""For catalogues too small to learn from: all votes 0.97, half of them 0.4."""


def learn_confidences(store: PartStore, cluster_of: Mapping[str, int]) -> dict[str, Confidence]:
    """Return the confidence of each way of asking that the catalogue's vectors allow.

    A bounded sample: at most ``SAMPLE`` parts, a search for each of their vectors.
    """
    present = {spec.name for spec in store.schema().vectors}
    names = [name for name in MODES["both"] if name in present]
    records = _sample(store, names, cluster_of)
    confidences = {}
    for mode, mode_names in MODES.items():
        vectors = [name for name in mode_names if name in present]
        if vectors and (mode != "both" or len({name[:4] for name in vectors}) == 2):
            having = [record for record in records if _has(record, mode)]
            confidences[mode] = _learnt(store, having, vectors, cluster_of)
    return confidences


def _sample(store: PartStore, names: Sequence[str], cluster_of: Mapping[str, int]) -> list[Record]:
    # Ids are hashes: the first ones are a random sample.
    records = (
        record
        for batch in store.scan(with_payload=False, with_vectors=list(names), batch_size=SAMPLE)
        for record in batch
        if cluster_of.get(record.id, NOISE) != NOISE and record.vectors
    )
    return list(islice(records, 3 * SAMPLE))


def _has(record: Record, mode: str) -> bool:
    kinds = {name[:4] for name in record.vectors}
    return {name[:4] for name in MODES[mode]} <= kinds


def _learnt(
    store: PartStore,
    records: Sequence[Record],
    vectors: Sequence[str],
    cluster_of: Mapping[str, int],
) -> Confidence:
    records = records[:SAMPLE]
    vector_sets = [
        {name: _dense(record.vectors[name]) for name in vectors if name in record.vectors}
        for record in records
    ]
    votes = votes_of(store, vector_sets, cluster_of, own=[record.id for record in records])
    right = np.array(
        [
            bool(vote.share) and vote.ranked()[0][0] == cluster_of[record.id]
            for vote, record in zip(votes, records, strict=True)
        ],
        dtype=bool,
    )
    if len(records) < MIN_SAMPLE:
        return UNLEARNT
    nearest = np.percentile([vote.nearest for vote in votes], _NEAREST_PERCENTILE)
    clusters = np.array([cluster_of[record.id] for record in records])
    strangers = min(_strangers(vector_sets, clusters, name) for name in vectors)
    least = min(float(nearest), (float(nearest) + strangers) / 2)
    return Confidence(_logistic(np.array([_features(vote) for vote in votes]), right), least)


def _strangers(
    vector_sets: Sequence[Mapping[str, FloatVector]], clusters: NDArray[np.int64], name: str
) -> float:
    """Return the similarity that few pairs of different clusters reach by a vector; 1 without any."""
    having = [row for row, vectors in enumerate(vector_sets) if name in vectors]
    if not having:
        return 1.0
    matrix = unit_rows(np.stack([vector_sets[row][name] for row in having]))
    own_clusters = clusters[having]
    pairs = (matrix @ matrix.T)[own_clusters[:, None] != own_clusters[None, :]]
    return float(np.percentile(pairs, _STRANGERS_PERCENTILE)) if len(pairs) else 1.0


def _logistic(features: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression

    # One right and one wrong answer more, half way, keep the curve from being certain.
    middle = np.full((2, _FIELDS), [[0.5, 0.0]])
    regression = LogisticRegression().fit(np.vstack([features, middle]), [*right, True, False])
    return np.append(regression.coef_[0], regression.intercept_[0])


def _features(votes: Votes) -> NDArray[np.float64]:
    shares = [share for _, share in votes.ranked()[:2]]
    winner, runner_up = [*shares, 0.0, 0.0][:2]
    return np.array([winner, winner - runner_up])


def _dense(vector: Any) -> FloatVector:
    dense: FloatVector = np.asarray(vector, dtype=np.float32)
    return dense
