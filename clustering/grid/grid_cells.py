"""The cells of a grid: which features, scaling, reduction, algorithm and parameters are compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

from clustering.algorithms.registry import ALGORITHMS
from clustering.choosing.numbers import most_clusters, spread_numbers
from clustering.contract import Plan
from clustering.grouping.group import ON_GRAPH
from clustering.space.prepared_features import GRAPH

SCALINGS = ("whiten", "unit", "standard", "minmax")
REDUCTIONS = ("pca:0.6", "pca:0.9", "pca:64")
_VALUES: Mapping[str, Sequence[float]] = {
    "resolution": (0.25, 0.5, 1.0, 2.0, 4.0),
    "min_cluster_size": (5, 10, 20, 40),
    "min_samples": (3, 5, 10),
}


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
    features: Sequence[tuple[str, ...]], count: int, plan: Plan | None = None
) -> list[Cell]:
    """Return the grid for so many parts: some hundred cells a set of features.

    What the ``plan`` gives is the same in every cell: algorithm, scaling, reduction, ``params``;
    what it leaves ``auto`` is compared. k is 2 up to 100 clusters or fewer where parts are few,
    unless the plan bounds it; 16 numbers are tried, closer together where they are small.
    """
    plan = plan or Plan()
    algorithms = tuple(ALGORITHMS) if plan.algorithm == "auto" else (plan.algorithm,)
    ks = _numbers(plan.k, count)
    compared = [(name, params) for name in algorithms for params in _params(name, ks, plan.params)]
    cells = []
    if plan.reduction != GRAPH:
        scalings = SCALINGS if plan.scaling == "auto" else (plan.scaling,)
        reductions = REDUCTIONS if plan.reduction == "auto" else (plan.reduction,)
        spaces = product(features, scalings, reductions)
        cells += [Cell(*space, *tried) for space in spaces for tried in compared]
    if plan.reduction in ("auto", GRAPH):
        scaling = "whiten" if plan.scaling == "auto" else plan.scaling
        on_graph = [tried for tried in compared if _goes_on_graph(*tried)]
        cells += [Cell(which, scaling, GRAPH, *tried) for which in features for tried in on_graph]
    return cells


def varied_parameter(algorithm: str) -> str:
    """Return the one parameter of an algorithm that a grid varies."""
    if ALGORITHMS[algorithm].takes_k:
        return "n_clusters"
    return {"leiden": "resolution", "hdbscan": "min_cluster_size"}.get(algorithm, "min_samples")


def _numbers(k: str | int | tuple[int, int], count: int) -> list[int]:
    low, high = min(2, count), max(2, most_clusters(count))
    if not isinstance(k, str):
        low, high = k if isinstance(k, tuple) else (k, k)
    return [number for number in spread_numbers(low, high) if number <= count]


def _params(
    algorithm: str, ks: Sequence[int], given: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    varied = varied_parameter(algorithm)
    if varied in given:
        yield dict(given)
        return
    for value in ks if varied == "n_clusters" else _VALUES[varied]:
        yield {varied: value, **given}


def _goes_on_graph(algorithm: str, params: Mapping[str, Any]) -> bool:
    return algorithm in ON_GRAPH and set(params) == {varied_parameter(algorithm)}
