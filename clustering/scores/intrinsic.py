"""How tight and how far apart clusters are, without knowing any family."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.contract import NOISE, Labels
from clustering.numerics.centres import cluster_means, distances_to_centres
from clustering.scores.silhouette import silhouette


@dataclass(frozen=True, slots=True)
class IntrinsicScores:
    """Noise is a group like any other; None where a score is not defined (fewer than two groups, or
    as many as rows).

    ``inertia`` is the sum of squared distances to the groups' means. ``davies_bouldin`` is better
    when low, the others when high. ``coverage`` is the share of rows that are not noise.
    """

    silhouette: float | None
    davies_bouldin: float | None
    calinski_harabasz: float | None
    inertia: float
    coverage: float
    n_clusters: int

    def as_dict(self) -> dict[str, float]:
        """Return the scores that are defined, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def intrinsic_scores(
    space: NDArray[Any], labels: Labels, *, sample: int | None = 4096, seed: int = 0
) -> IntrinsicScores:
    """Score labels (n,) in the space (n, dim) that was clustered; ``sample``: see ``silhouette``."""
    labels = np.asarray(labels)
    groups, group = np.unique(labels, return_inverse=True)
    defined = 1 < len(groups) < len(labels)
    centres = cluster_means(space, group, len(groups))
    gaps = distances_to_centres(space, group, centres)
    sizes = np.bincount(group)
    return IntrinsicScores(
        silhouette=silhouette(space, labels, sample=sample, seed=seed),
        davies_bouldin=_davies_bouldin(centres, gaps, group, sizes) if defined else None,
        calinski_harabasz=_calinski_harabasz(centres, gaps, sizes) if defined else None,
        inertia=float((gaps**2).sum()),
        coverage=float((labels != NOISE).mean()),
        n_clusters=len(groups) - int(NOISE in groups),
    )


def _calinski_harabasz(
    centres: NDArray[np.float64], gaps: NDArray[np.float64], sizes: NDArray[np.intp]
) -> float:
    """Calinski and Harabasz, 1974; 1 where all rows lie on their means, as in scikit-learn."""
    n, k = int(sizes.sum()), len(sizes)
    middle = (sizes[:, None] * centres).sum(axis=0) / n
    between = float((sizes * ((centres - middle) ** 2).sum(axis=1)).sum())
    within = float((gaps**2).sum())
    return between * (n - k) / (within * (k - 1)) if within else 1.0


def _davies_bouldin(
    centres: NDArray[np.float64],
    gaps: NDArray[np.float64],
    group: NDArray[np.intp],
    sizes: NDArray[np.intp],
) -> float:
    """Davies and Bouldin, 1979; 0 where all rows or all means coincide, as in scikit-learn."""
    spread = np.bincount(group, gaps) / sizes
    worst = np.zeros(len(sizes))
    apart = False
    for number, centre in enumerate(centres):
        between = np.linalg.norm(centres - centre, axis=1)
        apart = apart or not np.allclose(between, 0)
        ratios = (spread + spread[number]) / np.where(between > 0, between, np.inf)
        worst[number] = ratios.max()
    return float(worst.mean()) if apart and not np.allclose(spread, 0) else 0.0
