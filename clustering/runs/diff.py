"""What changed between two runs: parts that moved, clusters that joined, split, appeared or vanished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.contract import NOISE, Labels
from clustering.runs.assignment import Assignment
from clustering.runs.matching import overlap_counts

FROM_A_CLUSTER = 0.1
"""Share of a cluster's parts that must have gone to, or come from, another for it to be told."""


@dataclass(frozen=True, slots=True)
class MovedPart:
    """A part by its id, the cluster it was in and the one it is in."""

    part: str
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Diff:
    """Clusters by their numbers; -1 is noise.

    ``moved`` is how many parts went from the first to the second of a pair of clusters.
    ``joined`` are clusters of which two or more went into one, ``split`` those that went into two
    or more; ``appeared`` and ``gone`` have their numbers in one of the runs only.
    """

    before: str
    after: str
    stayed: int
    moved: Mapping[tuple[int, int], int]
    moved_parts: list[MovedPart]
    new_parts: int
    gone_parts: int
    joined: Mapping[int, list[int]]
    split: Mapping[int, list[int]]
    appeared: list[int]
    gone: list[int]

    def to_json(self) -> dict[str, Any]:
        """Return plain values, without the single parts."""
        return {
            "before": self.before,
            "after": self.after,
            "stayed": self.stayed,
            "moved": [
                {"from": source, "to": target, "parts": parts}
                for (source, target), parts in self.moved.items()
            ],
            "new_parts": self.new_parts,
            "gone_parts": self.gone_parts,
            "joined": {str(into): clusters for into, clusters in self.joined.items()},
            "split": {str(cluster): into for cluster, into in self.split.items()},
            "appeared": self.appeared,
            "gone": self.gone,
        }


def diff(
    before: Assignment, after: Assignment, names: tuple[str, str] = ("before", "after")
) -> Diff:
    """Return what changed from one run to the other; both with their clusters as people see them."""
    places = after.positions(before.ids)
    in_both = places >= 0
    old, new = before.clusters[in_both], after.clusters[places[in_both]]
    ids = [identity for identity, present in zip(before.ids, in_both, strict=True) if present]
    rows = np.flatnonzero(old != new)
    moved_parts = [MovedPart(ids[row], int(old[row]), int(new[row])) for row in rows]
    joined, split = _flows(old, new)
    clusters_before, clusters_after = set(before.sizes()), set(after.sizes())
    return Diff(
        *names,
        stayed=len(ids) - len(rows),
        moved=_pairs(old[rows], new[rows]),
        moved_parts=moved_parts,
        new_parts=len(after.ids) - len(ids),
        gone_parts=len(before.ids) - len(ids),
        joined=joined,
        split=split,
        appeared=sorted(clusters_after - clusters_before),
        gone=sorted(clusters_before - clusters_after),
    )


def _pairs(old: Labels, new: Labels) -> dict[tuple[int, int], int]:
    pairs, counts = np.unique(np.stack([old, new], axis=1), axis=0, return_counts=True)
    moves = [
        ((int(source), int(target)), int(n))
        for (source, target), n in zip(pairs, counts, strict=True)
    ]
    return dict(sorted(moves, key=lambda move: (-move[1], move[0])))


def _flows(old: Labels, new: Labels) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    old_clusters, new_clusters = np.unique(old[old != NOISE]), np.unique(new[new != NOISE])
    if not len(old_clusters) or not len(new_clusters):
        return {}, {}
    flow = overlap_counts(old, old_clusters, new, new_clusters)
    most = flow.sum(axis=1, keepdims=True)
    # A cluster goes where most of it goes; it splits into whatever gets a good share of it.
    into = flow.argmax(axis=1)
    joined = {
        int(new_clusters[column]): old_clusters[(into == column) & (most[:, 0] > 0)].tolist()
        for column in range(len(new_clusters))
        if np.count_nonzero((into == column) & (most[:, 0] > 0)) > 1
    }
    shares = flow > FROM_A_CLUSTER * np.maximum(most, 1)
    split = {
        int(old_clusters[row]): new_clusters[shares[row]].tolist()
        for row in range(len(old_clusters))
        if np.count_nonzero(shares[row]) > 1
    }
    return joined, split
