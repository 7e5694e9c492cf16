"""Which candidates get a second look: those that bounds, guard and part number leave a chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from partscope.names.attributes import compare_attributes
from partscope.parts import Attributes
from partscope.store.contract import PartStore
from search.calibration import Calibration, FloatArray
from search.candidates import Bounds, Candidates, Rows, bounds
from search.guard import NO_GUARD, Guard, best_guard, guard, guarded_scores
from search.part_numbers import NumberMatch

SPARE = 10
"""Parts beyond two for each wanted hit that get a second look."""
GUARDED = 40
"""Parts beyond four for each wanted hit that may: where the query has attributes, parts move."""


@dataclass(frozen=True, slots=True)
class Contenders:
    """Candidates that get a second look, most promising first, and what moves their scores.

    ``rows``, shape (n,), are theirs among the candidates; ``floors``, (n,), is what a match of the
    part number is worth alone, 0 without one.
    """

    rows: Rows
    guards: list[Guard]
    floors: FloatArray

    def scores(self, fused: FloatArray) -> FloatArray:
        """Return fused scores, shape (n,), after guard and part number."""
        return np.maximum(guarded_scores(self.guards, fused), self.floors)


def contenders(
    store: PartStore,
    candidates: Sequence[Candidates],
    matches: Sequence[Mapping[str, NumberMatch]],
    calibration: Calibration,
) -> list[Contenders]:
    """Return the contenders of each probe; attributes are read only where they can move a part in."""
    races = [
        _Race(each, bounds(each, calibration), _floors(each, match))
        for each, match in zip(candidates, matches, strict=True)
    ]
    _read_guards(store, [(race, race.favourites()) for race in races if race.is_guarded])
    _read_guards(store, [(race, race.challengers()) for race in races if race.is_guarded])
    return [race.still_open() for race in races]


@dataclass(slots=True)
class _Race:
    # One probe's candidates, what they can reach, and the guards known so far by row.
    candidates: Candidates
    limit: Bounds
    floors: FloatArray
    leading: list[int] = field(init=False)
    guards: dict[int, Guard] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leading = _leading(self.candidates, self.limit)
        if not self.is_guarded:
            self.guards = dict.fromkeys(self.leading, NO_GUARD)

    @property
    def is_guarded(self) -> bool:
        return self.candidates.probe.is_guarded

    @property
    def wanted(self) -> int:
        return self.candidates.probe.query.limit

    def favourites(self) -> list[int]:
        return self.leading[: 2 * self.wanted + SPARE + self.candidates.forced]

    def challengers(self) -> list[int]:
        # Those that the kindest guard would let pass the bar of the favourites.
        rest = [row for row in self.leading if row not in self.guards]
        known = self._contenders([row for row in self.leading if row in self.guards])
        if len(known.rows) < self.wanted or not rest:
            return rest
        best = best_guard(self.candidates.probe.wanted)
        upper = Contenders(np.array(rest), [best] * len(rest), self.floors[rest]).scores(
            self.limit.upper[rest]
        )
        return [row for row, high in zip(rest, upper, strict=True) if high >= self._bar(known)]

    def still_open(self) -> Contenders:
        # Those that can still become hits now that the guards are known.
        known = self._contenders([row for row in self.leading if row in self.guards])
        if len(known.rows) <= self.wanted:
            return known
        upper = known.scores(self.limit.upper[known.rows])
        order = np.argsort(-upper, kind="stable")
        kept = order[upper[order] >= self._bar(known)][: 2 * self.wanted + SPARE]
        return self._contenders(known.rows[kept].tolist())

    def _bar(self, known: Contenders) -> float:
        lower = known.scores(self.limit.lower[known.rows])
        return float(np.partition(lower, -self.wanted)[-self.wanted])

    def _contenders(self, rows: list[int]) -> Contenders:
        places = np.array(rows, dtype=np.intp)
        return Contenders(places, [self.guards[row] for row in rows], self.floors[places])


def _floors(candidates: Candidates, matches: Mapping[str, NumberMatch]) -> FloatArray:
    floors = np.zeros(len(candidates.ids))
    floors[: candidates.forced] = [matches[each].floor for each in candidates.ids[: len(matches)]]
    return floors


def _leading(candidates: Candidates, limit: Bounds) -> list[int]:
    # The rows that may become hits, most promising first, part-number matches before all.
    wanted = candidates.probe.query.limit
    upper, lower = limit.upper.copy(), limit.lower
    upper[: candidates.forced] = np.inf
    order = np.argsort(-upper, kind="stable")
    if candidates.probe.is_guarded:
        return list(order[: 4 * wanted + GUARDED + candidates.forced].tolist())
    bar = np.partition(lower, -wanted)[-wanted] if len(lower) > wanted else 0.0
    order = order[: 2 * wanted + SPARE + candidates.forced]
    return list(order[upper[order] >= bar].tolist())


def _read_guards(store: PartStore, asked: Sequence[tuple[_Race, list[int]]]) -> None:
    ids = dict.fromkeys(race.candidates.ids[row] for race, rows in asked for row in rows)
    records = store.get(list(ids), with_payload=["attributes"]) if ids else []
    attributes = {record.id: record.payload.get("attributes", {}) for record in records}
    for race, rows in asked:
        wanted = race.candidates.probe.wanted
        for row in rows:
            found = attributes.get(race.candidates.ids[row])
            if found is not None:
                race.guards[row] = _guard(wanted, found)


def _guard(wanted: Attributes, found: Attributes) -> Guard:
    return guard(compare_attributes(wanted, found)) if found else NO_GUARD
