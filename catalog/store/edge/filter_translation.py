"""Neutral conditions as Qdrant Edge spells them."""

from __future__ import annotations

import qdrant_edge as edge

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


def edge_filter(condition: Condition | None) -> edge.Filter | None:
    """Return the engine's filter; None where everything matches."""
    if condition is None:
        return None
    translated = _translate(condition)
    return translated if isinstance(translated, edge.Filter) else edge.Filter(must=[translated])


def _translate(condition: Condition) -> edge.ConditionType:
    match condition:
        case Not(inner):
            return edge.Filter(must_not=[_translate(inner)])
        case Either(conditions):
            return _either([_translate(inner) for inner in conditions])
        case Every(conditions):
            return edge.Filter(must=[_translate(inner) for inner in conditions])
        case _:
            return _leaf(condition)


def _leaf(
    condition: Equals | AnyOf | Between | IsMissing | HasVector | HasId,
) -> edge.ConditionType:
    match condition:
        case Equals(key, value):
            return _equals(json_path(key), value)
        case AnyOf(key, values):
            return _either([_equals(json_path(key), value) for value in values])
        case Between(key, low, high):
            return edge.FieldCondition(json_path(key), range=edge.RangeFloat(gte=low, lte=high))
        case IsMissing(key):
            return edge.IsEmptyCondition(json_path(key))
        case HasVector(name):
            return edge.HasVectorCondition(name)
        case HasId(ids):
            return edge.HasIdCondition(set(ids))


def _equals(path: str, value: Scalar) -> edge.ConditionType:
    """Numbers match by value, so that 8 finds 8.0; the engine's own match wants the same type."""
    if isinstance(value, bool | str):
        return edge.FieldCondition(path, match=edge.MatchValue(value))
    return edge.FieldCondition(path, range=edge.RangeFloat(gte=value, lte=value))


def _either(conditions: list[edge.ConditionType]) -> edge.ConditionType:
    """Without any condition nothing holds, while the engine's empty filter matches everything."""
    return edge.Filter(should=conditions) if conditions else edge.HasIdCondition(set())
