"""From neutral conditions to those of an engine: one walk for all, each engine spells the leaves."""

from __future__ import annotations

from typing import Protocol, TypeVar

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

Spelled = TypeVar("Spelled")


class Spelling(Protocol[Spelled]):
    """How an engine writes each kind of condition; ``path`` is a JSON path."""

    def every(self, conditions: list[Spelled]) -> Spelled:
        """All of the conditions hold; without any, everything matches."""
        ...

    def either(self, conditions: list[Spelled]) -> Spelled:
        """At least one of the conditions holds; there is one."""
        ...

    def no(self, condition: Spelled) -> Spelled:
        """The condition does not hold."""
        ...

    def equals(self, path: str, value: str | bool) -> Spelled:
        """The value is this text or truth value."""
        ...

    def between(self, path: str, low: float | None, high: float | None) -> Spelled:
        """The number is within the bounds, which are inclusive; None is open."""
        ...

    def is_missing(self, path: str) -> Spelled:
        """There is nothing."""
        ...

    def has_vector(self, name: str) -> Spelled:
        """The point has the named vector."""
        ...

    def has_id(self, ids: tuple[str, ...]) -> Spelled:
        """The point is one of these; without any, nothing matches."""
        ...


def spelled(condition: Condition, spelling: Spelling[Spelled]) -> Spelled:
    """Return the condition as the engine writes it."""
    match condition:
        case Not(inner):
            return spelling.no(spelled(inner, spelling))
        case Either(conditions):
            return _either([spelled(inner, spelling) for inner in conditions], spelling)
        case Every(conditions):
            return spelling.every([spelled(inner, spelling) for inner in conditions])
        case _:
            return _leaf(condition, spelling)


def _leaf(
    condition: Equals | AnyOf | Between | IsMissing | HasVector | HasId,
    spelling: Spelling[Spelled],
) -> Spelled:
    match condition:
        case Equals(key, value):
            return _equals(json_path(key), value, spelling)
        case AnyOf(key, values):
            return _either([_equals(json_path(key), value, spelling) for value in values], spelling)
        case Between(key, low, high):
            return spelling.between(json_path(key), low, high)
        case IsMissing(key):
            return spelling.is_missing(json_path(key))
        case HasVector(name):
            return spelling.has_vector(name)
        case HasId(ids):
            return spelling.has_id(ids)


def _equals(path: str, value: Scalar, spelling: Spelling[Spelled]) -> Spelled:
    """Numbers match by value, so that 8 finds 8.0; the engines' own match wants the same type."""
    if isinstance(value, bool | str):
        return spelling.equals(path, value)
    return spelling.between(path, value, value)


def _either(conditions: list[Spelled], spelling: Spelling[Spelled]) -> Spelled:
    """Without any condition nothing holds, while the engines' empty filter matches everything."""
    return spelling.either(conditions) if conditions else spelling.has_id(())
