"""How much each part is out of place in its cluster: one scale for tight and for wide clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.centres import distances, means, nearest_centre
from clustering.contract import NOISE, Labels
from partscope.arrays import FloatMatrix

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


def outlier_scores(space: FloatMatrix, labels: Labels) -> NDArray[np.float64]:
    """Return the outlier score of each part in 0..1, shape (n,).

    A part's distance to the centre of its cluster is put in relation to that cluster's median
    distance; the logarithm of that, in robust standard deviations over all parts (median and MAD:
    Iglewicz, Hoaglin 1993), goes through a logistic curve that is 0.5 at ``DEVIATIONS``. Noise is
    measured from the nearest cluster. Without any cluster every part is an outlier, score 1.
    """
    clusters = np.unique(labels[labels != NOISE])
    if not len(clusters):
        return np.ones(len(labels))
    logs = _relative(space, labels, clusters)
    members = logs[labels != NOISE]
    middle = float(np.median(members))
    deviation = _TO_STANDARD_DEVIATION * float(np.median(np.abs(members - middle)))
    z = (logs - middle) / max(deviation, _LEAST_DEVIATION)
    found: NDArray[np.float64] = 1 / (1 + np.exp(np.clip(DEVIATIONS - z, -50, 50)))
    return found


def _relative(space: FloatMatrix, labels: Labels, clusters: Labels) -> NDArray[np.float64]:
    """Return the log of each distance to the own or nearest centre over that cluster's usual one."""
    kept = labels != NOISE
    positions = np.searchsorted(clusters, np.maximum(labels, clusters[0]))
    centres = means(space[kept], positions[kept], len(clusters))
    positions[~kept] = nearest_centre(space[~kept], centres)
    far = distances(space, positions, centres)
    least = _NO_DISTANCE * float(far.max()) or 1.0
    logs = np.log(np.maximum(far, least))
    usual = _usual(logs[kept], positions[kept], len(clusters))
    relative: NDArray[np.float64] = logs - usual[positions]
    return relative


def _usual(
    logs: NDArray[np.float64], positions: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Return the median log of each cluster, drawn towards the median of all."""
    order = np.argsort(positions, kind="stable")
    groups = np.split(logs[order], np.cumsum(np.bincount(positions, minlength=count))[:-1])
    sizes = np.array([len(group) for group in groups])
    medians = np.array([np.median(group) for group in groups])
    shrunk: NDArray[np.float64] = (sizes * medians + _PRIOR_MEMBERS * np.median(logs)) / (
        sizes + _PRIOR_MEMBERS
    )
    return shrunk
