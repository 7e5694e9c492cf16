"""Which candidates get a second look: those that bounds, guard and part number leave a chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.names.attributes import compare_attributes
from catalog.parts import Attributes
from catalog.store.contract import PartStore
from search.queries.part_numbers import NumberMatch
from search.ranking.attribute_guard import NO_GUARD, Guard, guard, guarded
from search.ranking.calibration import Calibration, FloatArray
from search.ranking.candidates import Bounds, Candidates, Rows, bounds

SPARE = 10
"""Parts beyond two for each wanted hit that get a second look."""
GUARDED = 40
"""Parts beyond four for each wanted hit that may: where the query has attributes, parts move."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The candidates of one probe that get a second look, and what moves the scores of all.

    ``rows`` are theirs, most promising first. ``factor``, ``odds`` and ``floors`` have an element for
    each candidate: what the guard does to its score, and what a match of its part number is worth
    alone (0 without one). ``guards`` by row say why.
    """

    rows: Rows
    guards: Mapping[int, Guard]
    factor: FloatArray
    odds: FloatArray
    floors: FloatArray

    def scores(self, fused: FloatArray) -> FloatArray:
        """Return the fused scores of ``rows`` after guard and part number, both of shape (n,)."""
        rows = self.rows
        return np.maximum(guarded(fused, self.factor[rows], self.odds[rows]), self.floors[rows])


def shortlists(
    store: PartStore,
    candidates: Sequence[Candidates],
    matches: Sequence[Mapping[str, NumberMatch]],
    calibration: Calibration,
) -> list[Shortlist]:
    """Return the shortlist of each probe; attributes are read only where they can move a part in."""
    drafts = [
        _Draft(pool, bounds(pool, calibration), _floors(pool, match))
        for pool, match in zip(candidates, matches, strict=True)
    ]
    _read_guards(store, [draft for draft in drafts if draft.is_guarded])
    return [draft.result() for draft in drafts]


class _Draft:
    # One probe's candidates and how far each can get, by what is known of their guards so far.

    def __init__(self, candidates: Candidates, limit: Bounds, floors: FloatArray) -> None:
        self.candidates, self.floors = candidates, floors
        self.is_guarded = candidates.probe.is_guarded
        self._hits = candidates.probe.query.limit
        self._limit = limit
        self._leading = self._in_order()
        self._guards: dict[int, Guard] = {}
        self._factor, self._odds = np.ones(len(floors)), np.ones(len(floors))

    def leading_ids(self) -> list[str]:
        return [self.candidates.ids[row] for row in self._leading.tolist()]

    def read(self, attributes: Mapping[str, Attributes | None]) -> None:
        # Neighbours often state the same; a part that is gone by now is out.
        guard_of: dict[str, Guard] = {}
        for row, identity in zip(self._leading.tolist(), self.leading_ids(), strict=True):
            if identity in attributes:
                part_attributes = attributes[identity]
                text = repr(part_attributes)
                if text not in guard_of:
                    guard_of[text] = _guard(self.candidates.probe.attributes, part_attributes)
                self._guards[row] = guard_of[text]
        self._leading = np.array(list(self._guards), dtype=np.intp)
        self._factor[self._leading] = [row_guard.factor for row_guard in self._guards.values()]
        self._odds[self._leading] = [row_guard.odds for row_guard in self._guards.values()]

    def result(self) -> Shortlist:
        # Those that can still become hits now that the guards are known.
        rows = self._leading
        if len(rows) > self._hits and (self.is_guarded or self.candidates.forced):
            upper = self._scores(self._limit.upper, rows)
            order = np.argsort(-upper, kind="stable")
            rows = rows[order[upper[order] >= self._bar(rows)][: 2 * self._hits + SPARE]]
        return Shortlist(rows, self._guards, self._factor, self._odds, self.floors)

    @property
    def _most(self) -> int:
        return 2 * self._hits + SPARE + self.candidates.forced

    def _in_order(self) -> Rows:
        # The rows that may become hits, most promising first, part-number matches before all.
        upper, lower, forced = self._limit.upper.copy(), self._limit.lower, self.candidates.forced
        upper[:forced] = np.inf
        order = np.argsort(-upper, kind="stable")
        if self.is_guarded:
            return order[: 4 * self._hits + GUARDED + forced]
        bar = _largest(lower, self._hits) if len(lower) > self._hits else 0.0
        order = order[: self._most]
        return np.asarray(order[upper[order] >= bar])

    def _bar(self, rows: Rows) -> float:
        return _largest(self._scores(self._limit.lower, rows), self._hits)

    def _scores(self, fused: FloatArray, rows: Rows) -> FloatArray:
        scores = guarded(fused[rows], self._factor[rows], self._odds[rows])
        return np.maximum(scores, self.floors[rows])


def _largest(scores: FloatArray, place: int) -> float:
    return float(np.partition(scores, -place)[-place])


def _floors(candidates: Candidates, matches: Mapping[str, NumberMatch]) -> FloatArray:
    floors = np.zeros(len(candidates.ids))
    floors[: candidates.forced] = [
        matches[identity].floor for identity in candidates.ids[: len(matches)]
    ]
    return floors


def _read_guards(store: PartStore, drafts: Sequence[_Draft]) -> None:
    ids = list(dict.fromkeys(identity for draft in drafts for identity in draft.leading_ids()))
    records = store.get(ids, with_payload=["attributes"]) if ids else []
    attributes = {record.id: record.payload.get("attributes") for record in records}
    for draft in drafts:
        draft.read(attributes)


def _guard(query_attributes: Attributes, part_attributes: Attributes | None) -> Guard:
    return (
        guard(compare_attributes(query_attributes, part_attributes))
        if part_attributes
        else NO_GUARD
    )
