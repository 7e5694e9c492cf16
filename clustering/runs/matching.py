"""Keep cluster numbers: a new grouping takes over those of the clusters it overlaps most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clustering.contract import NOISE, Labels
from clustering.runs.assignment import Assignment

LEAST_OVERLAP = 0.1
"""Jaccard index, in [0, 1], below which two clusters are not the same one changed."""


def keep_numbers(
    ids: Sequence[str],
    labels: Labels,
    former: Assignment | None,
    next_cluster: int,
    pinned: Collection[str] = (),
) -> tuple[Labels, int]:
    """Return the labels as cluster numbers, and the first number that is free after them.

    Clusters are matched one to one so that as many parts as possible keep their number (Hungarian
    method); the others get numbers from ``next_cluster`` on, the larger cluster first. Noise stays
    noise. Parts that are ``pinned`` have a number for good, which is not for the parts beside them:
    they have no say. Time: O(k^3) in the number of clusters.
    """
    clusters, places = np.unique(labels[labels != NOISE], return_inverse=True)
    numbers = np.full(len(clusters), NOISE, dtype=np.int32)
    if former is not None:
        for place, number in _matches(ids, labels, clusters, former, pinned):
            numbers[place] = number
    sizes = np.bincount(places, minlength=len(clusters))
    for place in np.lexsort((clusters, -sizes)):
        if numbers[place] == NOISE:
            numbers[place], next_cluster = next_cluster, next_cluster + 1
    numbered = np.full(len(labels), NOISE, dtype=np.int32)
    numbered[labels != NOISE] = numbers[places]
    return numbered, next_cluster


def _matches(
    ids: Sequence[str],
    labels: Labels,
    clusters: Labels,
    former: Assignment,
    pinned: Collection[str],
) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    labels = _without(labels, ids, pinned)
    former = replace(former, clusters=_without(former.clusters, former.ids, pinned))
    before = _former_clusters(ids, former)
    old_clusters, old_sizes = np.unique(
        former.clusters[former.clusters != NOISE], return_counts=True
    )
    if not len(old_clusters) or not len(clusters):
        return []
    overlap = overlap_counts(labels, clusters, before, old_clusters)
    sizes = np.bincount(np.searchsorted(clusters, labels[labels != NOISE]), minlength=len(clusters))
    jaccard = overlap / (sizes[:, None] + old_sizes[None, :] - overlap)
    worth = np.where(jaccard >= LEAST_OVERLAP, overlap, 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [
        (int(row), int(old_clusters[column]))
        for row, column in zip(rows, columns, strict=True)
        if worth[row, column]
    ]


def overlap_counts(
    labels: Labels, clusters: Labels, before: Labels, old_clusters: Labels
) -> NDArray[np.int64]:
    """Return how many parts are in each cluster now and in each one before.

    ``labels`` and ``before`` are of the same parts. Shape: (len(clusters), len(old_clusters)).
    """
    in_both = np.isin(labels, clusters) & np.isin(before, old_clusters)
    rows = np.searchsorted(clusters, labels[in_both])
    columns = np.searchsorted(old_clusters, before[in_both])
    flat = np.bincount(
        rows * len(old_clusters) + columns, minlength=len(clusters) * len(old_clusters)
    )
    return flat.reshape(len(clusters), len(old_clusters))


def _without(labels: Labels, ids: Sequence[str], pinned: Collection[str]) -> Labels:
    if not pinned:
        return labels
    left_out = np.array([identity in pinned for identity in ids], dtype=np.bool_)
    return np.where(left_out, NOISE, labels).astype(np.int32)


def _former_clusters(ids: Sequence[str], former: Assignment) -> Labels:
    places = former.positions(ids)
    return np.where(places >= 0, former.clusters[places], NOISE).astype(np.int32)
