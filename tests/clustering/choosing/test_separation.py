from __future__ import annotations

import numpy as np
import pytest

from clustering.choosing.separation import GraphSeparation, modularity
from clustering.grouping.fused_graph import affinities
from tests.clustering.choosing.rings import ring_of_blobs


def test_modularity_is_links_inside_beyond_chance() -> None:
    graph = affinities(ring_of_blobs(3))
    dense, total = graph.toarray(), graph.sum()
    labels = np.random.default_rng(1).integers(0, 4, len(dense)).astype(np.int32)
    same = labels[:, None] == labels[None]
    chance = np.outer(dense.sum(axis=1), dense.sum(axis=1)) / total
    for resolution in (0.5, 1.0, 2.0):
        expected = ((dense - resolution * chance) * same).sum() / total
        assert modularity(graph, labels, resolution) == pytest.approx(expected)


def test_the_true_groups_separate_better_than_coarser_and_finer_ones() -> None:
    k = 6
    measure = GraphSeparation(affinities(ring_of_blobs(k)), 12, seed=0)
    true = np.repeat(np.arange(k), 30).astype(np.int32)
    coarse, fine = true // 2, true * 2 + np.tile([0, 1], len(true) // 2)
    scores = [measure.of(labels.astype(np.int32)).score for labels in (coarse, true, fine)]
    assert scores[1] == max(scores)
    assert scores[1] > 0.6


def test_one_group_of_all_is_no_separation() -> None:
    measure = GraphSeparation(affinities(ring_of_blobs(3)), 4, seed=0)
    assert measure.of(np.zeros(90, np.int32)).score == 0
