"""What the clusterers with a centre a cluster share: labels, inertia, ``predict``."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError
from clustering.contract import Labels
from clustering.kmeans.nearest_centre import assign
from clustering.numerics.checks import checked_rows


@dataclass(eq=False)
class Centred:
    """Adds ``cluster_centers_`` (k, dim) and ``inertia_``, the sum of squared distances to them."""

    cluster_centers_: FloatMatrix = field(init=False, repr=False)
    inertia_: float = field(init=False, repr=False)

    def predict(self, X: FloatMatrix) -> Labels:  # noqa: N803
        """Return the nearest centre of each row of ``X``, shape (n,)."""
        rows = checked_rows(X)
        dim = self.cluster_centers_.shape[1]
        if rows.shape[1] != dim:
            raise UsageError(f"the centres have {dim} columns; got rows of {rows.shape[1]}")
        return assign(rows, self.cluster_centers_)[0]

    def _settle(self, rows: FloatMatrix, centres: FloatMatrix) -> Labels:
        """Keep the centres that rows are nearest to and return the rows' labels."""
        labels, distances = assign(rows, np.asarray(centres, dtype=np.float32))
        occupied, numbered = np.unique(labels, return_inverse=True)
        self.cluster_centers_ = np.ascontiguousarray(centres[occupied], dtype=np.float32)
        self.inertia_ = float(distances.sum(dtype=np.float64))
        return numbered.astype(np.int32)
