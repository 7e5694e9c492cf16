"""How much each part is out of place in its cluster: one scale for tight and for wide clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.contract import Labels

DEVIATIONS = 3.0
"""A part so many robust standard deviations farther out than usual has a score of 0.5."""
_PRIOR_MEMBERS = 2
"""The spread of a small cluster is drawn towards that of all by so many members."""
_TO_STANDARD_DEVIATION = 1.4826
"""Median absolute deviation to standard deviation, of a normal distribution."""
_NO_DISTANCE = 1e-6
"""Share of the largest distance that counts as none."""
_LEAST_DEVIATION = 0.05
"""Of logarithms of distances: below, all members are about as far out and none is an outlier."""


def outlier_scores(
    distances: NDArray[np.float64], clusters: Labels, members: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the outlier score of each part in 0..1, shape (n,).

    ``distances`` (n,) are the parts' to the centre of their cluster, or of the nearest one where a
    part is no member; NaN, which nothing could be compared with, scores 1. Each is put in relation to
    that cluster's median distance; the logarithm of that, in robust standard deviations over all
    members (median and MAD: Iglewicz, Hoaglin 1993), goes through a logistic curve that is 0.5 at
    ``DEVIATIONS``.
    """
    comparable = ~np.isnan(distances)
    scores = np.ones(len(distances))
    if (comparable & members).any():
        logs = _relative(distances[comparable], clusters[comparable], members[comparable])
        inside = logs[members[comparable]]
        middle = float(np.median(inside))
        deviation = _TO_STANDARD_DEVIATION * float(np.median(np.abs(inside - middle)))
        z = (logs - middle) / max(deviation, _LEAST_DEVIATION)
        scores[comparable] = 1 / (1 + np.exp(np.clip(DEVIATIONS - z, -50, 50)))
    return scores


def _relative(
    distances: NDArray[np.float64], clusters: Labels, members: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the log of each distance over the usual one of that cluster."""
    least = _NO_DISTANCE * float(distances.max()) or 1.0
    logs = np.log(np.maximum(distances, least))
    numbers, positions = np.unique(clusters, return_inverse=True)
    usual = _usual(logs, positions, members, len(numbers))
    relative: NDArray[np.float64] = logs - usual[positions]
    return relative


def _usual(
    logs: NDArray[np.float64],
    positions: NDArray[np.intp],
    members: NDArray[np.bool_],
    count: int,
) -> NDArray[np.float64]:
    """Return the median log of each cluster's members, drawn towards the median of all."""
    inside = positions[members]
    order = np.argsort(inside, kind="stable")
    sizes = np.bincount(inside, minlength=count)
    groups = np.split(logs[members][order], np.cumsum(sizes)[:-1])
    overall = float(np.median(logs[members]))
    medians = np.array([np.median(group) if len(group) else overall for group in groups])
    shrunk: NDArray[np.float64] = (sizes * medians + _PRIOR_MEMBERS * overall) / (
        sizes + _PRIOR_MEMBERS
    )
    return shrunk
