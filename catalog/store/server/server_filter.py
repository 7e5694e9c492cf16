"""Neutral conditions as qdrant-client spells them."""

from __future__ import annotations

from qdrant_client import models

from catalog.store.filter_spelling import spelled
from catalog.store.filters import Condition


def server_filter(condition: Condition | None) -> models.Filter | None:
    """Return the client's filter; None where everything matches."""
    if condition is None:
        return None
    spelling = spelled(condition, _ServerSpelling())
    return spelling if isinstance(spelling, models.Filter) else models.Filter(must=[spelling])


class _ServerSpelling:
    def every(self, conditions: list[models.Condition]) -> models.Condition:
        return models.Filter(must=conditions)

    def either(self, conditions: list[models.Condition]) -> models.Condition:
        return models.Filter(should=conditions)

    def no(self, condition: models.Condition) -> models.Condition:
        return models.Filter(must_not=[condition])

    def equals(self, path: str, value: str | bool) -> models.Condition:
        return models.FieldCondition(key=path, match=models.MatchValue(value=value))

    def between(self, path: str, low: float | None, high: float | None) -> models.Condition:
        return models.FieldCondition(key=path, range=models.Range(gte=low, lte=high))

    def is_missing(self, path: str) -> models.Condition:
        return models.IsEmptyCondition(is_empty=models.PayloadField(key=path))

    def has_vector(self, name: str) -> models.Condition:
        return models.HasVectorCondition(has_vector=name)

    def has_id(self, ids: tuple[str, ...]) -> models.Condition:
        return models.HasIdCondition(has_id=list(ids))
