"""Neutral conditions as qdrant-client spells them."""

from __future__ import annotations

from qdrant_client import models

from catalog.store.filters import (
    AnyOf,
    Between,
    Condition,
    Either,
    Equals,
    Every,
    HasId,
    HasVector,
    IsMissing,
    Not,
    Scalar,
    json_path,
)


def server_filter(condition: Condition | None) -> models.Filter | None:
    """Return the client's filter; None where everything matches."""
    if condition is None:
        return None
    translated = _translate(condition)
    return translated if isinstance(translated, models.Filter) else models.Filter(must=[translated])


def _translate(condition: Condition) -> models.Condition:
    match condition:
        case Not(inner):
            return models.Filter(must_not=[_translate(inner)])
        case Either(conditions):
            return _either([_translate(inner) for inner in conditions])
        case Every(conditions):
            return models.Filter(must=[_translate(inner) for inner in conditions])
        case _:
            return _leaf(condition)


def _leaf(
    condition: Equals | AnyOf | Between | IsMissing | HasVector | HasId,
) -> models.Condition:
    match condition:
        case Equals(key, value):
            return _equals(json_path(key), value)
        case AnyOf(key, values):
            return _either([_equals(json_path(key), value) for value in values])
        case Between(key, low, high):
            return models.FieldCondition(key=json_path(key), range=models.Range(gte=low, lte=high))
        case IsMissing(key):
            return models.IsEmptyCondition(is_empty=models.PayloadField(key=json_path(key)))
        case HasVector(name):
            return models.HasVectorCondition(has_vector=name)
        case HasId(ids):
            return models.HasIdCondition(has_id=list(ids))


def _equals(path: str, value: Scalar) -> models.Condition:
    """Numbers match by value, so that 8 finds 8.0; the engine's own match wants the same type."""
    if isinstance(value, bool | str):
        return models.FieldCondition(key=path, match=models.MatchValue(value=value))
    return models.FieldCondition(key=path, range=models.Range(gte=value, lte=value))


def _either(conditions: list[models.Condition]) -> models.Condition:
    """Without any condition nothing holds, while the engine's empty filter matches everything."""
    return models.Filter(should=conditions) if conditions else models.HasIdCondition(has_id=[])
