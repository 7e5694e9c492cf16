"""What each cluster of a grouping is: its label, its most central part, its spread, its centroids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.contract import NOISE, Block, ClusterProfile, Features, Labels
from clustering.labels import label_clusters
from clustering.members import members_of
from clustering.shared_attributes import shared_attributes
from partscope.arrays import FloatMatrix, FloatVector, unit_rows
from partscope.store.contract import Record

_CHUNK = 16_384
_ALMOST_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class Spread:
    """Per cluster: the row of its most central part, and mean and largest distance to the centre."""

    medoid: int
    radius: float
    reach: float


def profile(
    features: Features, labels: Labels, space: FloatMatrix, records: Iterable[Record]
) -> list[ClusterProfile]:
    """Return the profile of each cluster, by its label; noise has none.

    ``labels`` (n,) and ``space`` (n, d) belong to ``features.ids``; ``records`` carry at least
    ``members.NAMING_PAYLOAD`` and may be streamed. Memory beyond the input: a sample of names and a
    centroid a cluster.
    """
    members = members_of(features.ids, labels, records)
    named = label_clusters(members)
    spreads = spread(space, labels)
    centroids = {name: _centroids(block, labels) for name, block in features.blocks.items()}
    return [
        ClusterProfile(
            cluster=cluster,
            size=members[cluster].size,
            label_de=named[cluster].de,
            label_en=named[cluster].en,
            medoid=features.ids[spreads[cluster].medoid],
            radius=spreads[cluster].radius,
            reach=spreads[cluster].reach,
            terms=named[cluster].terms,
            attributes=shared_attributes(members[cluster].attributes),
            centroids={
                name: found[cluster] for name, found in centroids.items() if cluster in found
            },
        )
        for cluster in members
    ]


def spread(space: FloatMatrix, labels: Labels) -> dict[int, Spread]:
    """Return medoid, radius and reach of each cluster; the medoid is the part nearest the centre.

    One pass for the centres and one for the distances, in chunks: O(n d) time, O(k d) memory.
    """
    clusters, positions = np.unique(labels, return_inverse=True)
    centres = _means(space, positions, len(clusters))
    distances = np.concatenate(
        [
            np.linalg.norm(space[rows] - centres[positions[rows]], axis=1)
            for rows in _chunks(len(space))
        ]
        or [np.empty(0)]
    )
    order = np.lexsort((np.arange(len(labels)), distances, positions))
    starts = np.searchsorted(positions[order], np.arange(len(clusters)))
    sums = np.bincount(positions, weights=distances, minlength=len(clusters))
    sizes = np.bincount(positions, minlength=len(clusters))
    ends = np.append(starts[1:], len(order)) - 1
    return {
        int(cluster): Spread(
            int(order[starts[place]]),
            float(sums[place] / sizes[place]),
            float(distances[order[ends[place]]]),
        )
        for place, cluster in enumerate(clusters)
        if cluster != NOISE
    }


def _centroids(block: Block, labels: Labels) -> Mapping[int, FloatVector]:
    """Return the unit mean of each cluster's vectors; none where they cancel out."""
    clusters, positions = np.unique(labels[block.rows], return_inverse=True)
    means = _means(block.matrix, positions, len(clusters))
    usable = np.linalg.norm(means, axis=1) > _ALMOST_ZERO
    units = unit_rows(means.astype(np.float32))
    return {
        int(cluster): units[place]
        for place, cluster in enumerate(clusters)
        if cluster != NOISE and usable[place]
    }


def _means(matrix: FloatMatrix, positions: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    from scipy.sparse import csr_array

    sums = np.zeros((count, matrix.shape[1]))
    for rows in _chunks(len(matrix)):
        members = csr_array(
            (np.ones(len(positions[rows])), (positions[rows], np.arange(len(positions[rows])))),
            shape=(count, len(positions[rows])),
        )
        sums += members @ matrix[rows]
    sizes = np.bincount(positions, minlength=count)
    means: NDArray[np.float64] = sums / np.maximum(sizes, 1)[:, None]
    return means


def _chunks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, _CHUNK):
        yield slice(start, min(start + _CHUNK, rows))
