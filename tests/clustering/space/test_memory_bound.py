"""A memory bound says how many parts are grouped at once, never so few that nothing shows."""

from __future__ import annotations

from dataclasses import replace

from clustering.contract import Plan
from clustering.space.memory_bound import (
    BYTES_A_NUMBER,
    SAMPLE_AT_LEAST,
    bytes_a_part,
    parts_within_memory,
)
from clustering.space.topics import BUCKETS
from tests.clustering.blobs import IMAGE_DIM, NAME_DIM, Blobs

PLAN = Plan(("image", "name"))


def test_a_part_takes_the_numbers_of_its_vectors(blobs: Blobs) -> None:
    store = blobs.stores.parts
    assert bytes_a_part(store, ("image",)) == BYTES_A_NUMBER * IMAGE_DIM
    assert bytes_a_part(store, ("image", "name")) == BYTES_A_NUMBER * (IMAGE_DIM + 2 * NAME_DIM)
    assert bytes_a_part(store, ("topics",)) == BYTES_A_NUMBER * BUCKETS


def test_as_many_parts_as_fit_and_no_fewer_than_the_least(blobs: Blobs) -> None:
    store, each_part = blobs.stores.parts, bytes_a_part(blobs.stores.parts, PLAN.features)
    assert parts_within_memory(store, PLAN, 10**6) == 10**6
    roomy = replace(PLAN, memory_bytes=5000 * each_part)
    assert parts_within_memory(store, roomy, 10**6) == 5000
    assert parts_within_memory(store, roomy, 60) == 60
    assert parts_within_memory(store, replace(PLAN, memory_bytes=1), 10**6) == SAMPLE_AT_LEAST
