"""Filters that every store understands; each store has one translator from these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Equals:
    """The payload value at ``key`` (dotted path), or one of its values, equals ``value``."""

    key: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The payload value at ``key`` is one of ``values``."""

    key: str
    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The number at ``key`` is in [``low``, ``high``], bounds inclusive, None is open."""

    key: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class IsMissing:
    """There is nothing at ``key``: absent, null or an empty list."""

    key: str


@dataclass(frozen=True, slots=True)
class HasVector:
    """The point has the named vector."""

    name: str


@dataclass(frozen=True, slots=True)
class HasId:
    """The point's id is one of ``ids`` (uuid as text)."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the conditions hold; without any, everything matches."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = (
    Equals | AnyOf | Between | IsMissing | HasVector | HasId | Not | Either | Every
)


def every(conditions: Iterable[Condition | None]) -> Condition | None:
    """Join conditions with AND; None where there is none."""
    given = tuple(condition for condition in conditions if condition is not None)
    if not given:
        return None
    return given[0] if len(given) == 1 else Every(given)
