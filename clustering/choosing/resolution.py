"""Leiden communities by their number: the resolution is searched, since it alone sets how many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from clustering.algorithms.leiden import communities
from clustering.choosing.separation import links, modularity
from clustering.contract import Labels
from clustering.numerics.numbering import in_order_of_rows

_FIRST = 0.04
_RATIO = 1.3
_REFINEMENTS = 4
_GAP = 0.1
_LAST = 1e4
_STEPS = 20
_TRIALS = 5
_LEAST_LINK = 1e-9


@dataclass(frozen=True, slots=True)
class Community:
    """One grouping of a graph and the resolution it came from."""

    labels: Labels
    resolution: float

    @property
    def k(self) -> int:
        """The number of clusters."""
        return int(self.labels.max()) + 1


def ladder(graph: Any, low: int, high: int, seed: int) -> list[Community]:
    """Return a grouping for each number of clusters from ``low`` to ``high`` that a rising resolution
    comes by, ascending; the closest to the range where it comes by none.
    """
    rungs = _climb(graph, high, seed)
    for _ in range(_REFINEMENTS):
        between = [
            _community(graph, math.sqrt(lower.resolution * upper.resolution), seed)
            for lower, upper in pairwise(rungs)
            if upper.k - lower.k > max(1, _GAP * lower.k) and low < upper.k and lower.k < high
        ]
        rungs = sorted([*rungs, *between], key=lambda rung: rung.resolution)
    rung_of = {rung.k: rung for rung in rungs}
    inside = [rung_of[k] for k in sorted(rung_of) if low <= k <= high]
    return inside or [min(rungs, key=lambda rung: abs(rung.k - low))]


def _climb(graph: Any, high: int, seed: int) -> list[Community]:
    rungs: list[Community] = []
    resolution = _FIRST
    while resolution < _LAST and (not rungs or rungs[-1].k <= high):
        rungs.append(_community(graph, resolution, seed))
        resolution *= _RATIO
    return rungs


def communities_of(graph: Any, k: int, seed: int) -> Community:
    """Return the grouping into exactly ``k`` clusters of best modularity over a few trials.

    Where no resolution gives ``k``, the next finer grouping is joined down to it.
    """
    low, high = _FIRST / 8, _FIRST
    finer = _community(graph, high, seed)
    while finer.k < k and high < _LAST:
        low, high = high, high * 2
        finer = _community(graph, high, seed)
    for _ in range(_STEPS):
        if finer.k == k:
            break
        middle = math.sqrt(low * high)
        at_middle = _community(graph, middle, seed)
        if at_middle.k >= k:
            finer, high = at_middle, middle
        else:
            low = middle
    trials = [
        finer,
        *(_community(graph, finer.resolution, seed + 7919 * trial) for trial in range(1, _TRIALS)),
    ]
    exact = [community for community in trials if community.k == k]
    if not exact:
        return Community(joined(graph, finer.labels, k), finer.resolution)
    return max(
        exact, key=lambda community: modularity(graph, community.labels, community.resolution)
    )


def joined(graph: Any, labels: Labels, k: int) -> Labels:
    """Join the two clusters with the most links for their sizes until there are ``k`` of them."""
    labels = labels.copy()
    while int(labels.max()) + 1 > k:
        between, degrees, _ = links(graph, labels)
        between += _LEAST_LINK  # clusters without any links: the smallest are joined first
        np.fill_diagonal(between, -1)
        closeness = between / np.outer(degrees, degrees)
        left, right = np.unravel_index(np.argmax(closeness), closeness.shape)
        labels[labels == max(left, right)] = min(left, right)
        labels = in_order_of_rows(labels)
    return labels


def _community(graph: Any, resolution: float, seed: int) -> Community:
    return Community(communities(graph, resolution, seed), resolution)
