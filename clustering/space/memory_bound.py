"""How many parts can be grouped at once within the memory that a plan allows."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.store.contract import PartStore
from clustering.contract import Plan
from clustering.space.features import VECTORS, WORDS
from clustering.space.topics import BUCKETS

BYTES_A_NUMBER = 12
"""Of features while grouping: as read, combined, and reduced or scratch, 4 bytes each."""
SAMPLE_AT_LEAST = 1000
"""Parts that are grouped whatever the bound: fewer would not show what groups there are."""


def parts_within_memory(store: PartStore, plan: Plan, count: int) -> int:
    """Return how many of ``count`` parts to group at once: all of them without a bound."""
    if plan.memory_bytes is None:
        return count
    fitting = plan.memory_bytes // bytes_a_part(store, plan.features)
    return min(count, max(SAMPLE_AT_LEAST, fitting))


def bytes_a_part(store: PartStore, features: Sequence[str]) -> int:
    """Return about the memory that grouping takes a part."""
    vector_names = {vector for name in features for vector in VECTORS.get(name, ())}
    dims = [spec.dim or 0 for spec in store.schema().vectors if spec.name in vector_names]
    dims += [BUCKETS] if WORDS in vector_names else []
    return BYTES_A_NUMBER * max(1, sum(dims))
