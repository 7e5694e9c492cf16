"""Sweeps of Lloyd's algorithm (k-means) for many sets of centres at once.

All sets stand in one stack, so that a tile of rows meets all centres in one matrix product; the sums
of the members are a second product with the tile's one-hot memberships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix

CentreSets: TypeAlias = Sequence[FloatMatrix]
"""Sets of centres, each of shape (k, dim)."""
_TILE = 262_144
"""Distances held at once: 1 MB of float32 stays in a core's cache."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one pass over the rows found for a stack of centres.

    ``sums`` (K, dim) and ``counts`` (K,) are of the rows nearest to each centre, ``inertia`` (sets,)
    of squared distances to the centres as they were; all float64.
    """

    sums: NDArray[np.float64]
    counts: NDArray[np.float64]
    inertia: NDArray[np.float64]


class Sweeper(Protocol):
    """Passes over rows that it keeps; one implementation a device."""

    def __call__(self, sets: CentreSets) -> Sweep:
        """Return the sums, counts and inertias for these sets of centres."""
        ...


class NumpySweeper:
    """Sweeps on the CPU; memory beyond the rows is constant."""

    def __init__(self, rows: FloatMatrix) -> None:
        self._rows = rows
        self._shift = rows[:: max(1, len(rows) // 4096)].mean(axis=0)

    def __call__(self, sets: CentreSets) -> Sweep:
        """Return the sums, counts and inertias for these sets of centres."""
        stack = np.concatenate(sets) - self._shift
        ends = np.cumsum([len(centre_set) for centre_set in sets])
        # rows get a column of ones: one product gives |c|^2 - 2 c.x, the other sums and counts
        factors = np.column_stack([-2 * stack, (stack * stack).sum(axis=1)]).astype(np.float32)
        totals = np.zeros(factors.shape)
        inertia = np.zeros(len(sets))
        step = int(np.clip(_TILE // len(stack), 256, 8192))
        for start in range(0, len(self._rows), step):
            tile = self._tile(start, step)
            members, closest = _members(factors @ tile.T, ends)
            totals += members @ tile
            inertia += closest.sum(axis=1, dtype=np.float64) + float((tile[:, :-1] ** 2).sum())
        counts = totals[:, -1]
        return Sweep(totals[:, :-1] + counts[:, None] * self._shift, counts, inertia)

    def _tile(self, start: int, step: int) -> FloatMatrix:
        rows = self._rows[start : start + step]
        tile = np.ones((len(rows), rows.shape[1] + 1), dtype=np.float32)
        np.subtract(rows, self._shift, out=tile[:, :-1])
        return tile


def _members(
    distances: NDArray[np.float32], ends: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Turn distances (K, rows) into one-hot memberships, and give the smallest a set (sets, rows)."""
    closest = np.empty((len(ends), distances.shape[1]), dtype=np.float32)
    nearest = np.empty(distances.shape, dtype=np.bool_)
    start = 0
    for number, end in enumerate(ends):
        set_distances = distances[start:end]
        np.min(set_distances, axis=0, out=closest[number])
        np.equal(set_distances, closest[number], out=nearest[start:end])
        start = end
    return nearest.astype(np.float32), closest


def lloyd(
    sweeper: Sweeper, starts: CentreSets, *, sweeps: int, tolerance: float = 0.0
) -> tuple[list[FloatMatrix], list[float]]:
    """Move each set of centres to its members' means until its inertia stops falling.

    A set rests when a sweep lowers its inertia by a share of at most ``tolerance``, or after
    ``sweeps``. A centre without members stays where it is. Returns the sets and their inertias: of
    the last memberships to the returned centres, an upper bound that another assignment lowers.
    """
    sets = [np.asarray(start, dtype=np.float32) for start in starts]
    inertias = [np.inf] * len(sets)
    moving = list(range(len(sets)))
    for _ in range(sweeps):
        if not moving:
            break
        moved = _move(sweeper, [sets[number] for number in moving])
        still = []
        for number, (centres, inertia) in zip(moving, moved, strict=True):
            if inertia < inertias[number] * (1 - tolerance):
                still.append(number)
            if inertia < inertias[number]:
                sets[number], inertias[number] = centres, inertia
        moving = still
    return sets, inertias


def _move(sweeper: Sweeper, sets: CentreSets) -> list[tuple[FloatMatrix, float]]:
    sweep = sweeper(sets)
    moved, start = [], 0
    for centres, inertia in zip(sets, sweep.inertia, strict=True):
        span = slice(start, start + len(centres))
        counts = sweep.counts[span, None]
        means = np.where(counts > 0, sweep.sums[span] / np.maximum(counts, 1), centres)
        gain = float((counts * (means - centres) ** 2).sum())
        moved.append((means.astype(np.float32), max(0.0, float(inertia) - gain)))
        start = span.stop
    return moved
