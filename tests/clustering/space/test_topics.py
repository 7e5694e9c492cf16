from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import unit_rows
from clustering.contract import Block, Plan
from clustering.space.topics import BUCKETS, hashed_words, topics
from tests.clustering.blobs import Blobs

KINDS = (
    ("Sechskantschraube M8 verzinkt", "Zylinderschraube verzinkt", "Schraube M10 verzinkt"),
    ("Rillenkugellager Stahl", "Kegelrollenlager Stahl", "Kugellager abgedichtet Stahl"),
    ("Dichtring Gummi rund", "O-Ring Gummi", "Flachdichtung Gummi"),
)


def words_of_parts() -> tuple[Block, np.ndarray]:
    names = [name for kind in KINDS for name in kind * 8]
    rows = np.stack([hashed_words([name]) for name in names])
    return Block("words", np.arange(len(names)), unit_rows(rows)), np.repeat(range(3), 24)


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_parts_of_a_kind_share_topics(method: str) -> None:
    block, kinds = words_of_parts()
    weights = topics(block, "topics", method).matrix
    likeness = weights @ weights.T
    same = kinds[:, None] == kinds[None]
    assert likeness[same].mean() > likeness[~same].mean() + 0.2
    np.testing.assert_array_equal(weights, topics(block, "topics", method).matrix)


def test_words_are_hashed_alike_whenever_they_are_read() -> None:
    first, second = hashed_words(["Schraube verzinkt"]), hashed_words(["Schraube", "verzinkt"])
    np.testing.assert_array_equal(first, second)
    assert first.shape == (BUCKETS,)
    assert hashed_words([]).sum() == 0


def test_the_job_groups_by_topics_and_keeps_its_groups(blobs: Blobs) -> None:
    outcome = blobs.cluster(Plan(features=("topics",), k=4))
    assert (outcome.run.metrics.ari or 0) > 0.99
    assert blobs.cluster(Plan(features=("topics",), k=4)).changed == 0
    active = blobs.stores.parts.manifest().active_run
    points = [point for batch in blobs.stores.clusters.scan() for point in batch]
    assert sum(point.payload["run"] == active for point in points) == 4
