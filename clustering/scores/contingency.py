"""How many rows each pair of family and cluster shares: what all extrinsic scores are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.errors import UsageError
from clustering.contract import NOISE, Labels


@dataclass(frozen=True, slots=True)
class Contingency:
    """Rows by family and cluster, the families in ``families``, the clusters in ``clusters``.

    Sparse: ``shared[i]`` > 0 rows are of family ``family[i]`` and cluster ``cluster[i]`` (positions).
    Noise is the cluster -1. ``unlabelled`` rows without a family are left out.
    """

    families: list[str]
    clusters: Labels
    family: NDArray[np.intp]
    cluster: NDArray[np.intp]
    shared: NDArray[np.int64]
    unlabelled: int

    @classmethod
    def of(cls, truth: Sequence[str | None], labels: Labels) -> Contingency:
        """Count; raises UsageError when lengths differ or nothing has a family."""
        if len(truth) != len(labels):
            raise UsageError(f"{len(truth)} families do not fit {len(labels)} labels")
        known = np.array([family is not None for family in truth], dtype=np.bool_)
        if not known.any():
            raise UsageError("no part has a known family to compare with")
        named = np.array([family for family in truth if family is not None])
        families, family = np.unique(named, return_inverse=True)
        clusters, cluster = np.unique(np.asarray(labels)[known], return_inverse=True)
        pairs, shared = np.unique(family * len(clusters) + cluster, return_counts=True)
        row, column = np.divmod(pairs, len(clusters))
        return cls(
            [str(name) for name in families],
            clusters.astype(np.int32),
            row,
            column,
            shared.astype(np.int64),
            int((~known).sum()),
        )

    @property
    def n(self) -> int:
        """Rows counted."""
        return int(self.shared.sum())

    @property
    def family_sizes(self) -> NDArray[np.int64]:
        """Rows of each family."""
        return np.bincount(self.family, self.shared).astype(np.int64)

    @property
    def cluster_sizes(self) -> NDArray[np.int64]:
        """Rows of each cluster."""
        return np.bincount(self.cluster, self.shared).astype(np.int64)

    @property
    def coverage(self) -> float:
        """Share of the rows counted that are not noise."""
        return 1 - int(self.cluster_sizes[self.clusters == NOISE].sum()) / self.n

    def matrix(self) -> NDArray[np.int64]:
        """Return the confusion matrix, shape (families, clusters)."""
        table = np.zeros((len(self.families), len(self.clusters)), dtype=np.int64)
        table[self.family, self.cluster] = self.shared
        return table
