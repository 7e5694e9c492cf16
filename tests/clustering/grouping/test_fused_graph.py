from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows
from clustering.contract import Block
from clustering.grouping.fused_graph import affinities, fused_graph, scales_of


def rows(count: int, dim: int = 8, seed: int = 0) -> FloatMatrix:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32))


def test_affinities_are_symmetric_bounded_and_sparse() -> None:
    graph = affinities(rows(400))
    assert abs(graph - graph.T).max() < 1e-12
    assert graph.diagonal().max() == 0
    assert graph.data.min() > 0
    assert graph.nnz <= 2 * 400 * scales_of(400)[-1]


def test_the_nearest_weighs_most() -> None:
    matrix = rows(200)
    graph = affinities(matrix).toarray()
    near = (matrix @ matrix.T - 2 * np.eye(200)).argmax(axis=1)
    assert np.mean(graph[np.arange(200), near] >= graph.max(axis=1) * 0.8) > 0.9


def test_a_pair_counts_by_what_both_parts_have() -> None:
    matrix = rows(60)
    everyone, some = np.arange(60), np.arange(0, 60, 2)
    names = Block("name", everyone, matrix)
    alone = fused_graph([names], 60, {}).toarray()
    images = Block("image", some, rows(len(some), seed=1))
    fused = fused_graph([names, images], 60, {}).toarray()
    odd = np.arange(1, 60, 2)
    np.testing.assert_allclose(fused[odd], alone[odd], rtol=1e-12)  # nothing lost without an image
    assert abs(fused - alone)[np.ix_(some, some)].max() > 0.01


def test_weights_move_the_graph_towards_a_block() -> None:
    first, second = rows(80, seed=1), rows(80, seed=2)
    blocks = [Block("image", np.arange(80), first), Block("name", np.arange(80), second)]
    alone = fused_graph(blocks[:1], 80, {}).toarray()
    equal = fused_graph(blocks, 80, {}).toarray()
    heavy = fused_graph(blocks, 80, {"image": 9.0}).toarray()
    assert abs(heavy - alone).sum() < 0.5 * abs(equal - alone).sum()


def test_a_handful_of_parts_has_a_graph() -> None:
    assert affinities(rows(1)).nnz == 0
    assert affinities(rows(2)).nnz == 2
    assert affinities(np.ones((5, 2), np.float32)).nnz > 0
    assert [scales_of(count) for count in (0, 1)] == [(), ()]
    assert scales_of(10_000) == (30, 50, 80)
