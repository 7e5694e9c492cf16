"""The radius of DBSCAN, ``eps``, by the knee of the distances to the k-th neighbour."""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.choosing.numbers import knee, sample_of
from clustering.contract import Curve
from clustering.neighbours import nearest

SAMPLE = 8192
_POINTS = 200


def choose_radius(space: FloatMatrix, min_samples: int, seed: int = 0) -> tuple[float, Curve]:
    """Return eps and the k-distance curve (Ester et al., 1996), of a sample of at most 8,192 rows.

    The curve holds, from the densest row to the loneliest, the distance to the row that makes
    ``min_samples`` with the row itself; eps is its knee. 1 where all rows are equal.
    """
    rows = sample_of(space, SAMPLE, seed)
    neighbours = nearest(rows, max(1, min_samples - 1))
    if not neighbours.distances.size:
        return 1.0, Curve()
    distances = np.sort(neighbours.distances[:, -1])
    at = np.unique(np.linspace(0, len(distances) - 1, min(_POINTS, len(distances))).astype(int))
    heights = distances[at].astype(float).tolist()
    eps = heights[knee(at.tolist(), heights)]
    return eps or 1.0, Curve(at.tolist(), heights, eps or 1.0)
