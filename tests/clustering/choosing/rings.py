"""Unit rows in clusters that are all equally far apart."""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows


def ring_of_blobs(k: int, per_cluster: int = 30, spread: float = 0.25) -> FloatMatrix:
    """Return the rows of ``k`` clusters, at most 16, one cluster after the other."""
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(k, 16), per_cluster, axis=0)
    return unit_rows((centres + spread * rng.normal(size=centres.shape)).astype(np.float32))
