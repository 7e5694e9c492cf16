"""The number of clusters of k-means, by three curves: elbow, silhouette and gap statistic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.contract import Curve
from clustering.kmeans.grid_of_k import kmeans_grid
from clustering.kmeans.nearest_centre import assign
from clustering.scores.gap import gap_statistic
from clustering.scores.silhouette import silhouette

SAMPLE = 4096
"""Rows that the curves are drawn from."""
CURVE_POINTS = 16
_REFERENCES = 4


@dataclass(frozen=True, slots=True)
class ChosenNumber:
    """``k`` is the median of what the three curves say; ``curves``: see ``Grouping``."""

    k: int
    curves: Mapping[str, Curve]
    reason: str


def choose_number(space: FloatMatrix, low: int, high: int, seed: int = 0) -> ChosenNumber:
    """Choose k from ``low`` to ``high``, both inclusive, for k-means on ``space`` (n, dim).

    Looks at 16 numbers at most, closer together where they are small, on at most 4,096 rows.
    """
    rows = sample_of(space, SAMPLE, seed)
    ks = spread_numbers(min(low, len(rows)), min(high, len(rows)))
    fits = kmeans_grid(rows, ks, seed=seed)
    inertias = [fits[k].inertia for k in ks]
    widths = [silhouette(rows, assign(rows, fits[k].centres)[0]) or 0.0 for k in ks]
    gap = gap_statistic(rows, ks, fits=fits, references=_REFERENCES, seed=seed)
    says = {"elbow": ks[knee(ks, inertias)], "silhouette": ks[int(np.argmax(widths))]}
    says["gap"] = gap.chosen
    heights = {"elbow": inertias, "silhouette": widths, "gap": gap.gap.tolist()}
    curves = {name: Curve(ks, heights[name], chosen) for name, chosen in says.items()}
    k = int(sorted(says.values())[1])
    votes = ", ".join(f"{name} {number}" for name, number in says.items())
    return ChosenNumber(k, curves, f"k = {k} is the median of what the curves say ({votes})")


def spread_numbers(low: int, high: int) -> list[int]:
    """Return at most ``CURVE_POINTS`` numbers from ``low`` to ``high``, evenly spread by ratio."""
    spread = np.geomspace(low, high, CURVE_POINTS) if high > low else [low]
    return sorted({round(float(number)) for number in spread})


def most_clusters(count: int) -> int:
    """Return how many clusters of so many parts are looked at where nobody says: at most 100."""
    return max(1, min(100, count // 5, round(1.5 * math.sqrt(count))))


def bounds(k: str | int | tuple[int, int], count: int) -> tuple[int, int]:
    """Return the least and most clusters to look at for so many parts, at most one a part."""
    if isinstance(k, tuple):
        return min(k[0], count), min(k[1], count)
    if isinstance(k, int):
        return min(k, count), min(k, count)
    return min(2, count), max(min(2, count), most_clusters(count))


def knee(x: Sequence[float], y: Sequence[float]) -> int:
    """Return the position where a curve is farthest from the line between its ends (Satopaa, 2011)."""
    across, up = _unit_range(np.asarray(x, float)), _unit_range(np.asarray(y, float))
    falling = up[0] + across * (up[-1] - up[0])
    return int(np.argmax(np.abs(up - falling)))


def sample_of(rows: FloatMatrix, most: int, seed: int) -> FloatMatrix:
    """Return at most so many of the rows, drawn by chance, in their order."""
    if len(rows) <= most:
        return rows
    positions = np.random.default_rng(seed).choice(len(rows), most, replace=False)
    return rows[np.sort(positions)]


def _unit_range(values: NDArray[np.float64]) -> NDArray[np.float64]:
    width = float(np.ptp(values))
    return (values - values.min()) / width if width else np.zeros(len(values))
