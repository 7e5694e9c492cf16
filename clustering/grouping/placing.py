"""Put parts into clusters that are there already: by likeness to their centroids.

A part is as like a cluster as its vectors are to the cluster's centroids on average, over the named
vectors that both have. Each cluster has a floor: what 98 of 100 of its own parts reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector
from clustering.contract import NOISE, Block, ClusterProfile, Features, Labels
from clustering.space.features import VECTORS

FLOOR_PERCENTILE = 2.0
NOWHERE = -2.0
"""The likeness of a part and a cluster that share no named vector: below any cosine."""
_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class ClusterCentres:
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


def cluster_centres(profiles: Iterable[ClusterProfile]) -> ClusterCentres:
    """Return the centres of the clusters, without floors yet (-1: everything fits)."""
    by_number = sorted(profiles, key=lambda profile: profile.cluster)
    numbers = np.array([profile.cluster for profile in by_number], dtype=np.int32)
    names = sorted({name for profile in by_number for name in profile.centroids})
    centroids = {}
    for name in names:
        dim = next(
            len(profile.centroids[name]) for profile in by_number if name in profile.centroids
        )
        absent = np.full(dim, np.nan, dtype=np.float32)
        centroids[name] = np.array([profile.centroids.get(name, absent) for profile in by_number])
    return ClusterCentres(numbers, centroids, np.full(len(by_number), NOWHERE, dtype=np.float32))


def with_floors(
    centres: ClusterCentres, features: Features, labels: Labels, weights: Mapping[str, float]
) -> ClusterCentres:
    """Return the centres with the floors of their members; ``labels`` are of ``features.ids``."""
    likeness, _ = own_likeness(centres, features, labels, weights)
    likeness[(likeness == NOWHERE) | ~np.isin(labels, centres.clusters)] = np.nan
    floors = [_percentile(likeness[labels == cluster]) for cluster in centres.clusters]
    return ClusterCentres(centres.clusters, centres.centroids, np.array(floors, dtype=np.float32))


def own_likeness(
    centres: ClusterCentres, features: Features, labels: Labels, weights: Mapping[str, float]
) -> tuple[FloatVector, Labels]:
    """Return how like each part is to its cluster, and that cluster's number, shape (n,) each.

    Noise, and a part of a cluster without a centre, is compared with the nearest cluster; NOWHERE
    and noise where nothing can be compared.
    """
    likeness = np.full(len(labels), NOWHERE, dtype=np.float32)
    clusters = np.full(len(labels), NOISE, dtype=np.int32)
    member = np.isin(labels, centres.clusters)
    columns = np.searchsorted(centres.clusters, labels)
    for rows, likenesses in _likenesses(centres, features, weights):
        column = np.where(member[rows], columns[rows], likenesses.argmax(axis=1))
        likeness[rows] = likenesses[np.arange(len(likenesses)), column]
        compared = likeness[rows] > NOWHERE
        clusters[rows] = np.where(compared, centres.clusters[column], NOISE)
    return likeness, clusters


def nearest_clusters(
    centres: ClusterCentres, features: Features, weights: Mapping[str, float]
) -> Placement:
    """Return the nearest cluster of each part of ``features``; noise where nothing can be compared.

    Memory: one likeness a part of a chunk and cluster.
    """
    count = len(features.ids)
    clusters = np.full(count, NOISE, dtype=np.int32)
    best = np.full(count, NOWHERE, dtype=np.float32)
    fits = np.zeros(count, dtype=np.bool_)
    for rows, likeness in _likenesses(centres, features, weights):
        column = likeness.argmax(axis=1)
        best[rows] = likeness[np.arange(len(likeness)), column]
        compared = best[rows] > NOWHERE
        clusters[rows] = np.where(compared, centres.clusters[column], NOISE)
        fits[rows] = compared & (best[rows] >= centres.floors[column])
    return Placement(clusters, best, fits)


def _likenesses(
    centres: ClusterCentres, features: Features, weights: Mapping[str, float]
) -> Iterator[tuple[slice, FloatMatrix]]:
    """Yield (rows, likeness of those parts to each cluster), NOWHERE where nothing is shared."""
    if not len(centres.clusters):
        return
    for start in range(0, len(features.ids), _CHUNK):
        rows = slice(start, min(start + _CHUNK, len(features.ids)))
        total = np.zeros((rows.stop - rows.start, len(centres.clusters)), dtype=np.float32)
        shared = np.zeros_like(total)
        for block in features.blocks.values():
            if block.name in centres.centroids:
                _add(
                    block,
                    rows,
                    centres.centroids[block.name],
                    _weight(block, weights),
                    total,
                    shared,
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
    finite = values[~np.isnan(values)]
    return float(np.percentile(finite, FLOOR_PERCENTILE)) if len(finite) else NOWHERE
