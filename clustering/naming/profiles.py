"""What each cluster of a grouping is: its label, its most central part, its spread, its centroids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, unit_rows
from catalog.store.contract import Record
from clustering.contract import NOISE, Block, ClusterProfile, Features, Labels
from clustering.naming.labels import label_clusters
from clustering.naming.members import members_of
from clustering.naming.shared_attributes import shared_attributes
from clustering.numerics.centres import cluster_means, distances_to_centres

_ALMOST_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class Spread:
    """Per cluster: the row of its most central part, and mean and largest distance to the centre."""

    medoid: int
    radius: float
    reach: float


def profile_clusters(
    features: Features, labels: Labels, space: FloatMatrix, records: Iterable[Record]
) -> list[ClusterProfile]:
    """Return the profile of each cluster, by its label; noise has none.

    ``labels`` (n,) and ``space`` (n, d) belong to ``features.ids``; ``records`` carry at least
    ``members.NAMING_PAYLOAD`` and may be streamed. Memory beyond the input: a sample of names and a
    centroid a cluster.
    """
    members = members_of(features.ids, labels, records)
    label_of = label_clusters(members)
    spreads = spread(space, labels)
    centroids = {name: _centroids(block, labels) for name, block in features.blocks.items()}
    return [
        ClusterProfile(
            cluster=cluster,
            size=members[cluster].size,
            label_de=label_of[cluster].de,
            label_en=label_of[cluster].en,
            medoid=features.ids[spreads[cluster].medoid],
            radius=spreads[cluster].radius,
            reach=spreads[cluster].reach,
            terms=label_of[cluster].terms,
            attributes=shared_attributes(members[cluster].attributes),
            centroids={
                name: by_cluster[cluster]
                for name, by_cluster in centroids.items()
                if cluster in by_cluster
            },
        )
        for cluster in members
    ]


def spread(space: FloatMatrix, labels: Labels) -> dict[int, Spread]:
    """Return medoid, radius and reach of each cluster; the medoid is the part nearest the centre.

    One pass for the centres and one for the distances, in chunks: O(n d) time, O(k d) memory.
    """
    clusters, positions = np.unique(labels, return_inverse=True)
    from_centre = distances_to_centres(
        space, positions, cluster_means(space, positions, len(clusters))
    )
    order = np.lexsort((np.arange(len(labels)), from_centre, positions))
    starts = np.searchsorted(positions[order], np.arange(len(clusters)))
    sums = np.bincount(positions, weights=from_centre, minlength=len(clusters))
    sizes = np.bincount(positions, minlength=len(clusters))
    ends = np.append(starts[1:], len(order)) - 1
    return {
        int(cluster): Spread(
            int(order[starts[position]]),
            float(sums[position] / sizes[position]),
            float(from_centre[order[ends[position]]]),
        )
        for position, cluster in enumerate(clusters)
        if cluster != NOISE
    }


def _centroids(block: Block, labels: Labels) -> Mapping[int, FloatVector]:
    """Return the unit mean of each cluster's vectors; none where they cancel out."""
    clusters, positions = np.unique(labels[block.rows], return_inverse=True)
    centres = cluster_means(block.matrix, positions, len(clusters))
    usable = np.linalg.norm(centres, axis=1) > _ALMOST_ZERO
    units = unit_rows(centres.astype(np.float32))
    return {
        int(cluster): units[place]
        for place, cluster in enumerate(clusters)
        if cluster != NOISE and usable[place]
    }
