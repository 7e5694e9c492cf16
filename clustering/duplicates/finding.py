"""Near-duplicates: the same part entered twice, with the evidence and with what speaks against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.store.contract import PartStore, chunked
from clustering.contract import Features
from clustering.duplicates.candidate_pairs import Pair, candidate_pairs
from clustering.duplicates.evidence import EVIDENCE_PAYLOAD, DuplicatePair, compare_parts
from clustering.space.features import pull_features

MIN_SCORE = 0.7
_READ = 256


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Parts that are probably one part, by number, and the pairs that say so, best first.

    ``score`` is that of the weakest pair that holds the group together. ``conflicts`` says that some
    pair contradicts itself: a person has to look.
    """

    parts: tuple[str, ...]
    score: float
    pairs: tuple[DuplicatePair, ...]

    @property
    def conflicts(self) -> bool:
        """Whether anything speaks against merging the parts."""
        return any(pair.conflicts for pair in self.pairs)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "parts": list(self.parts),
            "score": self.score,
            "conflicts": self.conflicts,
            "pairs": [pair.to_json() for pair in self.pairs],
        }


def find_duplicates(store: PartStore, *, min_score: float = MIN_SCORE) -> list[DuplicateGroup]:
    """Return the groups of near-duplicates, those without conflicts first, surest first.

    Reads the image and name vectors once and the payload of candidate pairs; memory: the vectors and
    the candidates.
    """
    features = pull_features(store, _present(store))
    batches = store.scan(with_payload=list(EVIDENCE_PAYLOAD))
    shared_by_pair = candidate_pairs(features, (record for batch in batches for record in batch))
    pairs = []
    for chunk in chunked(shared_by_pair, _READ):
        payloads = _payloads(store, features, chunk)
        pairs += [
            compare_parts(payloads[first], payloads[second], shared_by_pair[first, second])
            for first, second in chunk
            if first in payloads and second in payloads
        ]
    return group_pairs(pair for pair in pairs if pair.score >= min_score)


def group_pairs(pairs: Iterable[DuplicatePair]) -> list[DuplicateGroup]:
    """Return connected groups: pairs without conflict join, a pair with one stands for itself."""
    leader: dict[str, str] = {}
    clean: list[DuplicatePair] = []
    groups: list[DuplicateGroup] = []
    for pair in sorted(pairs, key=_surest):
        if pair.conflicts:
            groups.append(DuplicateGroup((pair.first, pair.second), pair.score, (pair,)))
        else:
            clean.append(pair)
            leader[_root(leader, pair.second)] = _root(leader, pair.first)
    by_root: dict[str, list[DuplicatePair]] = defaultdict(list)
    for pair in clean:
        by_root[_root(leader, pair.first)].append(pair)
    groups += [_group(members) for members in by_root.values()]
    return sorted(groups, key=lambda group: (group.conflicts, -group.score, group.parts))


def _group(pairs: list[DuplicatePair]) -> DuplicateGroup:
    parts = sorted({number for pair in pairs for number in (pair.first, pair.second)})
    return DuplicateGroup(tuple(parts), _weakest_needed(pairs), tuple(pairs))


def _weakest_needed(pairs: list[DuplicatePair]) -> float:
    # Best first, as Kruskal builds a tree: the last pair that joins two sets is the weakest needed.
    leader: dict[str, str] = {}
    score = 1.0
    for pair in pairs:
        first_root, second_root = _root(leader, pair.first), _root(leader, pair.second)
        if first_root != second_root:
            leader[second_root], score = first_root, pair.score
    return score


def _root(leader: dict[str, str], number: str) -> str:
    while (above := leader.get(number, number)) != number:
        leader[number] = leader.get(above, above)
        number = leader[number]
    return number


def _surest(pair: DuplicatePair) -> tuple[float, str, str]:
    return -pair.score, pair.first, pair.second


def _present(store: PartStore) -> list[str]:
    vectors = {spec.name for spec in store.schema().vectors}
    return [name for name, vector in (("image", "image"), ("name", "name_de")) if vector in vectors]


def _payloads(
    store: PartStore, features: Features, pairs: Iterable[Pair]
) -> Mapping[int, Mapping[str, Any]]:
    positions = {features.ids[position]: position for pair in pairs for position in pair}
    records = store.get(list(positions), with_payload=list(EVIDENCE_PAYLOAD))
    return {positions[record.id]: record.payload for record in records}
