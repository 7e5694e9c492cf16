"""What the nearest parts say: each asked vector's neighbours vote for their clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.arrays import FloatVector
from catalog.store.contract import PartStore, Ranking, VectorQuery
from clustering.contract import NOISE

VOTERS = 10
"""Nearest parts by each vector that vote; the first counts 1, the second 1/2, and so on."""


@dataclass(frozen=True, slots=True)
class Votes:
    """``share`` of the votes by cluster (noise is -1); by part, its votes and best similarity."""

    share: Mapping[int, float]
    cast: Mapping[str, float]
    similarity: Mapping[str, float]

    def ranked(self) -> list[tuple[int, float]]:
        """Return clusters and shares, most votes first, equal ones by number."""
        return sorted(self.share.items(), key=lambda entry: (-entry[1], entry[0]))

    def voters(self) -> list[str]:
        """Return the parts that voted, those with most votes first."""
        return sorted(self.cast, key=lambda part: (-self.cast[part], part))

    @property
    def nearest(self) -> float:
        """The similarity of the nearest neighbour, -1 without any."""
        return max(self.similarity.values(), default=-1.0)


def votes_of(
    store: PartStore,
    vector_sets: Sequence[Mapping[str, FloatVector]],
    cluster_of: Mapping[str, int],
    *,
    own: Sequence[str | None] | None = None,
) -> list[Votes]:
    """Return the votes on each item, given as its vectors by named vector.

    ``own`` are the ids of items that are parts of the catalogue themselves and do not vote. Vectors
    count alike; parts that the run has not seen vote as noise. One call to the store.
    """
    owners = own or [None] * len(vector_sets)
    queries = [
        VectorQuery(name, vector, VOTERS + 1)
        for vectors in vector_sets
        for name, vector in vectors.items()
    ]
    answers = iter(store.search_many(queries) if queries else [])
    return [
        _counted([next(answers) for _ in vectors], cluster_of, owner)
        for vectors, owner in zip(vector_sets, owners, strict=True)
    ]


def _counted(
    answers: Sequence[Ranking], cluster_of: Mapping[str, int], own_id: str | None
) -> Votes:
    weight: dict[int, float] = defaultdict(float)
    cast: dict[str, float] = defaultdict(float)
    similarity: dict[str, float] = {}
    for answer in answers:
        scored = zip(answer.ids, answer.scores.tolist(), strict=True)
        voters = [(part, score) for part, score in scored if part != own_id][:VOTERS]
        for rank, (part, score) in enumerate(voters, 1):
            weight[cluster_of.get(part, NOISE)] += 1 / rank
            cast[part] += 1 / rank
            similarity[part] = max(score, similarity.get(part, -1.0))
    total = sum(weight.values())
    share = {cluster: votes / total for cluster, votes in weight.items()}
    return Votes(share, cast, similarity)
