"""How much each part of a run is out of place in its cluster, as people see the clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from catalog.store.contract import chunked
from catalog.store.filters import HasId
from clustering.contract import NOISE, Labels
from clustering.grouping.placing import own_likeness
from clustering.runs.reviewed_run import ReviewedRun
from clustering.scores.outlier_scores import outlier_scores
from clustering.space.features import pull_features

_READ_AT_ONCE = 4096


def outliers_of_run(run: ReviewedRun) -> Mapping[str, float]:
    """Return the outlier score in 0..1 of each part of a run, by id; noise is measured as well.

    A part's distance is 1 less its mean cosine to its cluster's centroids (``placing``), so that
    parts with and without a picture stand on one scale. Streams the vectors; memory: two numbers a
    part.
    """
    ids, labels = run.assignment.ids, run.assignment.clusters
    distances = np.full(len(ids), np.nan)
    nearest = np.full(len(ids), NOISE, dtype=np.int32)
    for rows, likeness, clusters in _likenesses(run):
        distances[rows] = np.where(clusters == NOISE, np.nan, 1 - likeness)
        nearest[rows] = clusters
    scores = outlier_scores(distances, nearest, labels != NOISE)
    return dict(zip(ids, scores.tolist(), strict=True))


def _likenesses(
    run: ReviewedRun,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32], Labels]]:
    """Yield positions of parts, how like each is to its cluster, and to which it was compared."""
    plan, labels = run.record.chosen, run.assignment.clusters
    centres = run.clusters_as_made.centres()
    position_of = {identity: position for position, identity in enumerate(run.assignment.ids)}
    for chunk in chunked(run.assignment.ids, _READ_AT_ONCE):
        features = pull_features(run.store, plan.features, HasId(tuple(chunk)))
        rows = np.array([position_of[identity] for identity in features.ids], dtype=np.intp)
        yield rows, *own_likeness(centres, features, labels[rows], plan.weights)
