"""What computes the centres of one k-means: scikit-learn, blocked products, faiss or torch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra
from clustering.kmeans.grid_of_k import kmeans_grid
from clustering.kmeans.sweeps import Sweeper
from clustering.numerics.devices import has_gpu

LARGE = 50_000
"""From so many rows on, ``auto`` is blocked products, or torch where there is a GPU."""
_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class KMeansTask:
    """One k-means: ``starts`` are tried, the best of them is moved ``sweeps`` times at most."""

    k: int
    starts: int
    sweeps: int
    seed: int
    device: str


Engine: TypeAlias = Callable[[FloatMatrix, KMeansTask], FloatMatrix]
"""Rows (n, dim) and the task to centres (k, dim)."""


def chosen_engine(name: str, n: int) -> str:
    """Return the engine that ``auto`` stands for at ``n`` rows; another name is itself."""
    if name != "auto":
        return name
    if n < LARGE:
        return "sklearn"
    return "torch" if has_gpu() else "blocked"


def _sklearn(rows: FloatMatrix, task: KMeansTask) -> FloatMatrix:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    estimator = KMeans(task.k, n_init=task.starts, max_iter=task.sweeps, random_state=task.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than clusters
        return np.asarray(estimator.fit(rows).cluster_centers_, dtype=np.float32)


def _blocked(rows: FloatMatrix, task: KMeansTask) -> FloatMatrix:
    return _swept(rows, task, None)


def _torch(rows: FloatMatrix, task: KMeansTask) -> FloatMatrix:
    from clustering.kmeans.torch_sweeps import TorchSweeper

    return _swept(rows, task, TorchSweeper(rows, task.device))


def _swept(rows: FloatMatrix, task: KMeansTask, sweeper: Sweeper | None) -> FloatMatrix:
    fits = kmeans_grid(
        rows,
        [task.k],
        seed=task.seed,
        restarts=task.starts,
        sweeps=task.sweeps,
        tolerance=_TOLERANCE,
        sweeper=sweeper,
    )
    return fits[task.k].centres


def _faiss(rows: FloatMatrix, task: KMeansTask) -> FloatMatrix:
    try:
        import faiss
    except ImportError:
        raise MissingExtra("the engine faiss", "clustering") from None
    kmeans = faiss.Kmeans(
        rows.shape[1],
        task.k,
        niter=task.sweeps,
        nredo=task.starts,
        seed=task.seed + 1,  # faiss: 0 is no seed
        min_points_per_centroid=1,
    )
    kmeans.train(rows)
    return np.asarray(kmeans.centroids, dtype=np.float32)


ENGINES: Mapping[str, Engine] = MappingProxyType(
    {"sklearn": _sklearn, "blocked": _blocked, "faiss": _faiss, "torch": _torch}
)
