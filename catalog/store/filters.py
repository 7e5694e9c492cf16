"""Filters that every store understands; each store has one translator from these."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from catalog.errors import UsageError

Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Equals:
    """The payload value at ``key`` (dotted path), or one of its values, equals ``value``.

    Numbers compare by value, whole or not; text, numbers and truth values never equal each other.
    """

    key: str
    value: Scalar

    def __post_init__(self) -> None:
        _check_number(self.key, self.value)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The payload value at ``key`` equals one of ``values``; without any, nothing matches."""

    key: str
    values: tuple[str, ...] | tuple[int, ...]

    def __post_init__(self) -> None:
        for value in self.values:
            _check_number(self.key, value)


@dataclass(frozen=True, slots=True)
class Between:
    """The number at ``key`` is in [``low``, ``high``], bounds inclusive, None is open."""

    key: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for bound in (self.low, self.high):
            _check_number(self.key, bound)


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

    def __post_init__(self) -> None:
        for identity in self.ids:
            check_id(identity)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the conditions holds; without any, nothing matches."""

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
    present = tuple(condition for condition in conditions if condition is not None)
    if not present:
        return None
    return present[0] if len(present) == 1 else Every(present)


def check_id(identity: str) -> None:
    """Refuse what is not the id of a point: a uuid as Python writes it."""
    # A search checks hundreds: matching is ten times as fast as building a UUID.
    if not (isinstance(identity, str) and _UUID.fullmatch(identity)):
        raise UsageError(f"a point id must be a uuid in lower case with dashes; got {identity!r}")


def json_path(key: str) -> str:
    """Return a dotted key as the engines' path, its unusual segments quoted.

    A segment that holds a dot itself is given in double quotes: ``clusters."k=9, v1.2"``.
    """
    segments = _SEGMENT.findall(key)
    if "".join(segments) != key or not segments:
        raise UsageError(f"a filter key must be a dotted path; got {key!r}")
    return ".".join(_quoted(segment.removeprefix(".")) for segment in segments)


def key_path(key: str) -> str:
    """Return the path that means one top-level payload key, whatever is in it."""
    return key if re.fullmatch(_PLAIN, key) else f'"{key}"'


_PLAIN = r"[A-Za-z0-9_-]+"
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SEGMENT = re.compile(r'(?:(?:^|\.)(?:"[^"]+"|[^."\[\]]+)(?:\[\])?)')


def _quoted(segment: str) -> str:
    name = segment.removesuffix("[]")
    return segment if name.startswith('"') else key_path(name) + segment[len(name) :]


def _check_number(key: str, value: Scalar | None) -> None:
    exact = abs(value) <= _MAX_EXACT if isinstance(value, int) else True
    if not exact or (isinstance(value, float) and not math.isfinite(value)):
        raise UsageError(
            f"a filter on {key!r} must compare with a finite number, whole ones within 2^53; "
            f"got {value!r}"
        )


_MAX_EXACT = 2**53
"""The engines compare as 64-bit floats: larger whole numbers would match their neighbours."""
