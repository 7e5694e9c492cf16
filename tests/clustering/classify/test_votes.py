"""The nearest parts vote for their clusters, the nearer the more."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.classify.votes import Votes, votes_of
from clustering.contract import NOISE
from tests.clustering.blobs import Blobs, part


def test_neighbours_vote_without_the_part_itself(blobs: Blobs) -> None:
    blobs.cluster()
    store, cluster_of = blobs.stores.parts, blobs.payload()
    (record,) = store.get([next(iter(cluster_of))], with_vectors=["name_de"])
    query = {"name_de": np.asarray(record.vectors["name_de"], np.float32)}
    with_itself, without = votes_of(store, [query, query], cluster_of, own=[None, record.id])
    assert record.id in with_itself.voters()
    assert record.id not in without.voters()
    assert without.ranked()[0][0] == cluster_of[record.id]
    assert sum(without.share.values()) == pytest.approx(1)


def test_the_nearest_votes_most_and_strangers_vote_as_noise(blobs: Blobs) -> None:
    store = blobs.stores.parts
    (record,) = store.get([part(0)], with_vectors=["name_de"])
    query = {"name_de": np.asarray(record.vectors["name_de"], np.float32)}
    (alone,) = votes_of(store, [query], {part(0): 7})
    assert alone.voters()[0] == part(0)
    assert alone.nearest == pytest.approx(1)
    weights = [1 / rank for rank in range(1, 11)]
    assert alone.share[7] == pytest.approx(1 / sum(weights))
    assert alone.share[NOISE] == pytest.approx(1 - alone.share[7])


def test_without_a_vector_nobody_votes(blobs: Blobs) -> None:
    (none,) = votes_of(blobs.stores.parts, [{}], {})
    assert (none.ranked(), none.voters(), none.nearest) == ([], [], -1)


def test_equal_shares_are_ranked_by_number() -> None:
    assert Votes({4: 0.4, 2: 0.4, 9: 0.2}, {}, {}).ranked() == [(2, 0.4), (4, 0.4), (9, 0.2)]
