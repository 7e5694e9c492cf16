"""The silhouette (Rousseeuw, 1987), by tiles: of all rows, or of a sample of rows against all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.contract import Labels
from clustering.numerics.threads import one_blas_thread

_TILE = 1 << 20
"""Distances held at once, unless those would be of fewer rows than the next."""
_LEAST_ROWS = 32
"""Fewer at once read all rows for hardly any product: at 416k x 64 that takes ten times as long."""
_EXACT_ROWS = 20_000


def silhouette(
    space: NDArray[Any], labels: Labels, *, sample: int | None = 4096, seed: int = 0
) -> float | None:
    """Return the mean silhouette, -1..1; None where it is not defined (one group, or all single).

    Exact for up to 20,000 rows or with ``sample`` None; beyond, the mean over ``sample`` rows drawn by
    chance, each against all rows, which has no bias. Noise is a group. O(rows drawn * n * dim) time,
    constant memory beyond the rows.
    """
    if not 1 < len(np.unique(labels)) < len(labels):
        return None
    rows = None
    if sample is not None and len(labels) > max(_EXACT_ROWS, sample):
        rows = np.sort(np.random.default_rng(seed).choice(len(labels), sample, replace=False))
    return float(silhouette_samples(space, labels, rows).mean())


def silhouette_samples(
    space: NDArray[Any], labels: Labels, rows: NDArray[np.intp] | None = None
) -> NDArray[np.float64]:
    """Return the silhouette of each of ``rows`` (default: all) against all; a single row's is 0.

    Distances have the dtype of ``space``, sums are float64. Needs two groups.
    """
    positions = np.arange(len(labels)) if rows is None else rows
    with one_blas_thread():
        tiles = _Tiles(space, labels)
        step = max(_LEAST_ROWS, _TILE // len(labels))
        parts = [tiles.scores(positions[at : at + step]) for at in range(0, len(positions), step)]
    return np.concatenate(parts)


class _Tiles:
    """Distances from some rows to all, the columns sorted by group."""

    def __init__(self, space: NDArray[Any], labels: Labels) -> None:
        self._order = np.argsort(labels, kind="stable")
        _, self._starts, self._sizes = np.unique(
            labels[self._order], return_index=True, return_counts=True
        )
        self._place = np.argsort(self._order)
        self._rows = space[self._order]
        self._rows -= self._rows.mean(axis=0)
        self._columns = np.ascontiguousarray(-2 * self._rows.T)
        self._lengths = np.einsum("ij,ij->i", self._rows, self._rows)
        self._group = np.repeat(np.arange(len(self._sizes)), self._sizes)

    def scores(self, positions: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the silhouettes of the rows chosen, by their positions in the space given."""
        at = self._place[positions]
        line = np.arange(len(at))
        distances = self._rows[at] @ self._columns
        distances += self._lengths
        distances += self._lengths[at][:, None]
        np.sqrt(np.maximum(distances, 0, out=distances), out=distances)
        distances[line, at] = 0
        sums = np.add.reduceat(distances, self._starts, axis=1, dtype=np.float64)
        own_group = self._group[at]
        inside = sums[line, own_group] / np.maximum(self._sizes[own_group] - 1, 1)
        means = sums / self._sizes
        means[line, own_group] = np.inf
        outside = means.min(axis=1)
        larger = np.maximum(inside, outside)
        silhouettes = np.where(
            larger > 0, (outside - inside) / np.where(larger > 0, larger, 1), 0.0
        )
        return np.where(self._sizes[own_group] > 1, silhouettes, 0.0)
