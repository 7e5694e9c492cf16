"""Put parts into clusters that are there already: by likeness to their centroids.

A part is as like a cluster as its vectors are to the cluster's centroids on average, over the named
vectors that both have. Each cluster has a floor: what 98 of 100 of its own parts reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.contract import NOISE, Block, ClusterProfile, Features, Labels
from clustering.features import VECTORS
from partscope.arrays import FloatMatrix, FloatVector

FLOOR_PERCENTILE = 2.0
NOWHERE = -2.0
"""The likeness of a part and a cluster that share no named vector: below any cosine."""
_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Centres:
    """The clusters' numbers (m,), ascending, and by named vector their centroids (m, dim).

    A cluster without that vector has a row of NaN. ``floors`` (m,) are likenesses.
    """

    clusters: Labels
    centroids: Mapping[str, FloatMatrix]
    floors: FloatVector


@dataclass(frozen=True, slots=True)
class Placement:
    """The nearest cluster of each part, how like it is, and whether it reaches the floor there."""

    clusters: Labels
    likeness: FloatVector
    fits: NDArray[np.bool_]


def centres(profiles: Iterable[ClusterProfile]) -> Centres:
    """Return the centres of the clusters, without floors yet (-1: everything fits)."""
    known = sorted(profiles, key=lambda each: each.cluster)
    numbers = np.array([each.cluster for each in known], dtype=np.int32)
    names = sorted({name for each in known for name in each.centroids})
    centroids = {}
    for name in names:
        dim = next(len(each.centroids[name]) for each in known if name in each.centroids)
        absent = np.full(dim, np.nan, dtype=np.float32)
        centroids[name] = np.array([each.centroids.get(name, absent) for each in known])
    return Centres(numbers, centroids, np.full(len(known), NOWHERE, dtype=np.float32))


def with_floors(
    found: Centres, features: Features, labels: Labels, weights: Mapping[str, float]
) -> Centres:
    """Return the centres with the floors of their members; ``labels`` are of ``features.ids``."""
    own, _ = own_likeness(found, features, labels, weights)
    own[(own == NOWHERE) | ~np.isin(labels, found.clusters)] = np.nan
    floors = [_percentile(own[labels == cluster]) for cluster in found.clusters]
    return Centres(found.clusters, found.centroids, np.array(floors, dtype=np.float32))


def own_likeness(
    found: Centres, features: Features, labels: Labels, weights: Mapping[str, float]
) -> tuple[FloatVector, Labels]:
    """Return how like each part is to its cluster, and that cluster's number, shape (n,) each.

    Noise, and a part of a cluster without a centre, is compared with the nearest cluster; NOWHERE
    and noise where nothing can be compared.
    """
    likeness = np.full(len(labels), NOWHERE, dtype=np.float32)
    clusters = np.full(len(labels), NOISE, dtype=np.int32)
    member = np.isin(labels, found.clusters)
    columns = np.searchsorted(found.clusters, labels)
    for rows, found_here in _likenesses(found, features, weights):
        chosen = np.where(member[rows], columns[rows], found_here.argmax(axis=1))
        likeness[rows] = found_here[np.arange(len(found_here)), chosen]
        known = likeness[rows] > NOWHERE
        clusters[rows] = np.where(known, found.clusters[chosen], NOISE)
    return likeness, clusters


def place(found: Centres, features: Features, weights: Mapping[str, float]) -> Placement:
    """Return the nearest cluster of each part of ``features``; noise where nothing can be compared.

    Memory: one likeness a part of a chunk and cluster.
    """
    count = len(features.ids)
    clusters = np.full(count, NOISE, dtype=np.int32)
    best = np.full(count, NOWHERE, dtype=np.float32)
    fits = np.zeros(count, dtype=np.bool_)
    for rows, likeness in _likenesses(found, features, weights):
        column = likeness.argmax(axis=1)
        best[rows] = likeness[np.arange(len(likeness)), column]
        known = best[rows] > NOWHERE
        clusters[rows] = np.where(known, found.clusters[column], NOISE)
        fits[rows] = known & (best[rows] >= found.floors[column])
    return Placement(clusters, best, fits)


def _likenesses(
    found: Centres, features: Features, weights: Mapping[str, float]
) -> Iterator[tuple[slice, FloatMatrix]]:
    """Yield (rows, likeness of those parts to each cluster), NOWHERE where nothing is shared."""
    if not len(found.clusters):
        return
    for start in range(0, len(features.ids), _CHUNK):
        rows = slice(start, min(start + _CHUNK, len(features.ids)))
        total = np.zeros((rows.stop - rows.start, len(found.clusters)), dtype=np.float32)
        shared = np.zeros_like(total)
        for block in features.blocks.values():
            if block.name in found.centroids:
                _add(
                    block, rows, found.centroids[block.name], _weight(block, weights), total, shared
                )
        compared = shared > 0
        np.divide(total, shared, out=total, where=compared)
        total[~compared] = NOWHERE
        yield rows, total


def _add(
    block: Block,
    rows: slice,
    centroids: FloatMatrix,
    weight: float,
    total: FloatMatrix,
    shared: FloatMatrix,
) -> None:
    low, high = np.searchsorted(block.rows, (rows.start, rows.stop))
    positions = block.rows[low:high] - rows.start
    present = ~np.isnan(centroids[:, 0])
    likeness = block.matrix[low:high] @ np.where(present[:, None], centroids, 0).T
    total[positions] += np.float32(weight) * likeness
    shared[positions] += np.float32(weight) * present.astype(np.float32)


def _weight(block: Block, weights: Mapping[str, float]) -> float:
    feature = next((name for name in weights if block.name in VECTORS.get(name, ())), block.name)
    return float(weights.get(feature, 1.0))


def _percentile(values: FloatVector) -> float:
    known = values[~np.isnan(values)]
    return float(np.percentile(known, FLOOR_PERCENTILE)) if len(known) else NOWHERE
