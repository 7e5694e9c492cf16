from __future__ import annotations

import numpy as np
import pytest

from clustering.choosing.resolution import communities_of, joined, ladder
from clustering.grouping.fused_graph import affinities
from tests.clustering.choosing.rings import ring_of_blobs

GRAPH = affinities(ring_of_blobs(5))


@pytest.mark.parametrize("k", [1, 2, 4, 5, 9, 150])
def test_exactly_as_many_communities_as_asked_for(k: int) -> None:
    communities = communities_of(GRAPH, k, seed=0)
    assert len(np.unique(communities.labels)) == communities.k == k
    np.testing.assert_array_equal(communities.labels, communities_of(GRAPH, k, seed=0).labels)


def test_a_ladder_comes_by_the_true_number() -> None:
    rungs = ladder(GRAPH, 2, 20, seed=0)
    ks = [rung.k for rung in rungs]
    assert ks == sorted(set(ks))
    assert 5 in ks
    assert min(ks) >= 2
    assert max(ks) <= 20


def test_a_range_that_no_resolution_comes_by_gets_the_nearest() -> None:
    two = affinities(np.repeat(np.eye(2, dtype=np.float32), 40, axis=0))
    assert [rung.k for rung in ladder(two, 1, 1, seed=0)] == [2]
    assert communities_of(two, 1, seed=0).k == 1


def test_the_most_linked_clusters_are_joined_first() -> None:
    true = np.repeat(np.arange(5), 30).astype(np.int32)
    split = true.copy()
    split[:15] = 5
    np.testing.assert_array_equal(joined(GRAPH, split, 5) == joined(GRAPH, split, 5)[0], true == 0)
