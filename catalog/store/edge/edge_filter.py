"""Neutral conditions as Qdrant Edge spells them."""

from __future__ import annotations

from typing import Any

import numpy as np
import qdrant_edge as edge

from catalog.store.filter_spelling import spelled
from catalog.store.filters import Condition


def edge_filter(condition: Condition | None) -> edge.Filter | None:
    """Return the engine's filter; None where everything matches."""
    if condition is None:
        return None
    spelling = spelled(condition, _EdgeSpelling())
    return spelling if isinstance(spelling, edge.Filter) else edge.Filter(must=[spelling])


class _EdgeSpelling:
    def every(self, conditions: list[edge.ConditionType]) -> edge.ConditionType:
        return edge.Filter(must=conditions)

    def either(self, conditions: list[edge.ConditionType]) -> edge.ConditionType:
        return edge.Filter(should=conditions)

    def no(self, condition: edge.ConditionType) -> edge.ConditionType:
        return edge.Filter(must_not=[condition])

    def equals(self, path: str, value: str | bool) -> edge.ConditionType:
        # Python's truth values are whole numbers to the engine's binding, numpy's are not.
        exact: Any = np.bool_(value) if isinstance(value, bool) else value
        return edge.FieldCondition(path, match=edge.MatchValue(exact))

    def between(self, path: str, low: float | None, high: float | None) -> edge.ConditionType:
        return edge.FieldCondition(path, range=edge.RangeFloat(gte=low, lte=high))

    def is_missing(self, path: str) -> edge.ConditionType:
        return edge.IsEmptyCondition(path)

    def has_vector(self, name: str) -> edge.ConditionType:
        return edge.HasVectorCondition(name)

    def has_id(self, ids: tuple[str, ...]) -> edge.ConditionType:
        return edge.HasIdCondition(set(ids))
