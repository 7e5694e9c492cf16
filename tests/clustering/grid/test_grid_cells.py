"""The cells of a grid: hundreds where nothing is given, and what is given is in every one."""

from __future__ import annotations

import json

from clustering.algorithms.registry import ALGORITHMS
from clustering.contract import Plan
from clustering.grid.grid_cells import REDUCTIONS, SCALINGS, standard_cells, varied_parameter

BOTH = ("image", "name")


def test_the_standard_grid_is_as_large_as_the_reference_study() -> None:
    cells = standard_cells([("image",), ("name",), BOTH], 2500)
    assert len(cells) > 870
    assert len({cell.key for cell in cells}) == len(cells)
    assert {cell.algorithm for cell in cells} == set(ALGORITHMS)
    assert all(json.loads(cell.key)["scaling"] == cell.scaling for cell in cells)
    few = standard_cells([BOTH], 40, Plan(algorithm="kmeans", k=(2, 6)))
    assert {cell.params["n_clusters"] for cell in few} == {2, 3, 4, 5, 6}


def test_what_a_plan_gives_is_in_every_cell() -> None:
    plan = Plan(
        BOTH,
        algorithm="hdbscan",
        scaling="robust",
        reduction="svd:8",
        params={"min_cluster_size": 7, "min_samples": 2},
    )
    (cell,) = standard_cells([BOTH], 40, plan)
    assert (cell.scaling, cell.reduction, cell.algorithm) == ("robust", "svd:8", "hdbscan")
    assert cell.params == {"min_cluster_size": 7, "min_samples": 2}


def test_a_parameter_that_the_graph_does_not_take_leaves_the_graph_out() -> None:
    params = {"n_neighbors": 5}
    cells = standard_cells([BOTH], 40, Plan(BOTH, algorithm="leiden", params=params))
    assert {cell.reduction for cell in cells} == set(REDUCTIONS)
    assert all(cell.params["n_neighbors"] == 5 for cell in cells)
    resolutions = {cell.params["resolution"] for cell in cells}
    assert len(cells) == len(SCALINGS) * len(REDUCTIONS) * len(resolutions)


def test_no_more_clusters_are_asked_for_than_there_are_parts() -> None:
    cells = standard_cells([BOTH], 3, Plan(BOTH, algorithm="kmeans", k=(2, 50)))
    assert {cell.params["n_clusters"] for cell in cells} <= {2, 3}


def test_every_algorithm_has_a_parameter_to_vary() -> None:
    for name, entry in ALGORITHMS.items():
        assert varied_parameter(name) in entry.kind().get_params()
