from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist

from catalog.arrays import FloatMatrix
from clustering.neighbours import nearest
from clustering.neighbours.graph import self_tuning_graph, shared_neighbour_graph
from clustering.neighbours.spanning import spanning_tree


def _groups(n: int, groups: int, seed: int = 0) -> FloatMatrix:
    rng = np.random.default_rng(seed)
    centres = 20 * rng.normal(size=(groups, 4))
    return (centres[np.arange(n) % groups] + rng.normal(size=(n, 4))).astype(np.float32)


def test_shared_neighbour_weights_are_jaccard() -> None:
    rows = _groups(120, 2)
    indices = nearest(rows, 6).indices
    graph = shared_neighbour_graph(indices).toarray()
    hoods = [{row, *near} for row, near in enumerate(indices.tolist())]
    for one in range(120):
        for other in range(120):
            linked = other in hoods[one] or one in hoods[other]
            shared = len(hoods[one] & hoods[other]) / len(hoods[one] | hoods[other])
            expected = shared if linked and one != other else 0
            assert graph[one, other] == pytest.approx(expected)


@pytest.mark.parametrize(("groups", "core_of"), [(1, 5), (7, 5), (40, 3), (150, 1)])
def test_the_spanning_tree_is_the_minimum(groups: int, core_of: int) -> None:
    rows = _groups(900, groups)
    near = nearest(rows, 5)
    core = near.distances[:, core_of - 1]
    tree = spanning_tree(rows, near, core, exact=True)
    full = np.maximum(cdist(rows, rows), np.maximum(core[:, None], core))
    np.fill_diagonal(full, 0)
    assert connected_components(tree, directed=False)[0] == 1
    assert tree.nnz == 2 * 899
    assert tree.sum() / 2 == pytest.approx(minimum_spanning_tree(full).sum(), rel=1e-5)


def test_copies_are_joined_by_next_to_nothing() -> None:
    rows = np.repeat(_groups(40, 4), 30, axis=0)
    near = nearest(rows, 5)
    tree = spanning_tree(rows, near, near.distances[:, -1])
    assert connected_components(tree, directed=False)[0] == 1
    assert tree.nnz == 2 * 1199
    assert np.sort(tree.data)[2 * 1199 - 2 * 39 - 1] < 1e-6


def test_the_self_tuning_graph_is_symmetric_and_in_one_piece() -> None:
    rows = _groups(300, 6)
    graph = self_tuning_graph(rows, nearest(rows, 5))
    assert connected_components(graph, directed=False)[0] == 1
    assert abs(graph - graph.T).max() == 0
    assert graph.data.min() > 0
    assert graph.data.max() <= 1
    assert not graph.diagonal().any()


def test_the_quick_tree_is_hardly_longer() -> None:
    rows = _groups(2000, 9)
    near = nearest(rows, 20)
    core = near.distances[:, 4]
    quick, exact = (spanning_tree(rows, near, core, exact=exact) for exact in (False, True))
    assert connected_components(quick, directed=False)[0] == 1
    assert exact.sum() <= quick.sum() * (1 + 1e-9)
    assert quick.sum() < exact.sum() * 1.001
