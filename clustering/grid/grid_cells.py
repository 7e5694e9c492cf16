"""The cells of a grid: which features, scaling, reduction, algorithm and parameters are compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

from clustering.algorithms.registry import ALGORITHMS
from clustering.choosing.numbers import most_clusters, spread_numbers
from clustering.space.prepared_features import GRAPH

SCALINGS = ("whiten", "unit", "standard", "minmax")
REDUCTIONS = ("pca:0.6", "pca:0.9", "pca:64")
RESOLUTIONS = (0.25, 0.5, 1.0, 2.0, 4.0)
LEAST_SIZES = (5, 10, 20, 40)
LEAST_SAMPLES = (3, 5, 10)


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan of a grid; ``params`` are the algorithm's, ``n_clusters`` among them."""

    features: tuple[str, ...]
    scaling: str
    reduction: str
    algorithm: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A text that no other cell has, the same in every process."""
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def space(self) -> tuple[tuple[str, ...], str, str]:
        """What cells that share a space have in common."""
        return self.features, self.scaling, self.reduction


def standard_cells(
    features: Sequence[tuple[str, ...]],
    count: int,
    algorithms: Sequence[str] = (),
    k: tuple[int, int] | None = None,
) -> list[Cell]:
    """Return the grid for so many parts: some hundred cells a set of features.

    ``algorithms`` default to all, ``k`` to 2 up to 100 clusters or fewer where parts are few; 16
    numbers are tried, closer together where they are small.
    """
    low, high = k or (min(2, count), max(2, most_clusters(count)))
    ks = [number for number in spread_numbers(low, high) if number <= count]
    algorithm_names = algorithms or tuple(ALGORITHMS)
    cells = []
    for which, scaling in product(features, SCALINGS):
        for reduction, name in product(REDUCTIONS, algorithm_names):
            cells += [Cell(which, scaling, reduction, name, params) for params in _params(name, ks)]
    on_graph = [name for name in algorithm_names if name in ("leiden", "spectral")]
    for which, name in product(features, on_graph):
        cells += [Cell(which, "whiten", GRAPH, name, params) for params in _params(name, ks)]
    return cells


def _params(algorithm: str, ks: Sequence[int]) -> Iterator[dict[str, Any]]:
    if ALGORITHMS[algorithm].takes_k:
        yield from ({"n_clusters": k} for k in ks)
    elif algorithm == "leiden":
        yield from ({"resolution": resolution} for resolution in RESOLUTIONS)
    elif algorithm == "hdbscan":
        yield from ({"min_cluster_size": size} for size in LEAST_SIZES)
    else:
        yield from ({"min_samples": samples} for samples in LEAST_SAMPLES)
