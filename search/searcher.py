"""The search itself: probes, candidates, fusion, guard, hits. Any number of queries at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from partscope.names.attributes import compare_attributes
from partscope.names.language import guess_language
from partscope.store.contract import FacetCount, Record
from partscope.store.filters import Condition, HasVector
from search.calibration import Calibration, FloatArray
from search.candidates import Bounds, Candidates, bounds, complete, evidence, nearest
from search.catalog_calibration import load_calibration
from search.explain import matched_view, reasons, sentence, word_reasons
from search.fusion import fuse
from search.guard import NO_GUARD, Guard, guard
from search.part_numbers import NumberMatch, PartNumbers
from search.probes import Probe, make_probes
from search.query import Query
from search.results import Hit, SearchResult

if TYPE_CHECKING:
    from partscope.catalog import Catalog

BATCH = 64
"""Queries that go to the store together: bounds the memory of a long batch."""
SPARE = 10
"""Parts beyond two for each wanted hit that get a second look."""
GUARDED = 40
"""The same where the query has attributes, beyond four for each wanted hit: the guard moves parts."""
_TIE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Entry:
    # A candidate that gets a second look: its row, what is stored, what the guard and the part number
    # do to its score.
    row: int
    record: Record
    guard: Guard
    match: NumberMatch | None

    def score(self, fused: float) -> float:
        guarded = self.guard.apply(fused)
        return guarded if self.match is None else max(guarded, self.match.floor)


class Searcher:
    """Searches one catalogue. Keep it for many queries: it holds calibration and number index.

    A catalogue that grows meanwhile is searched as it is; only calibration and the index for pieces
    of part numbers stay as they were when first used.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._store = catalog.store
        self._numbers = PartNumbers(catalog.store, catalog.name)
        _ = catalog.manifest  # a catalogue that does not exist is refused here

    def search(self, query: Query) -> SearchResult:
        """Answer one query."""
        return self.search_many([query])[0]

    def search_many(self, queries: Sequence[Query]) -> list[SearchResult]:
        """Answer queries in order, each as ``search`` would; its ``seconds`` are its batch's share."""
        results: list[SearchResult] = []
        for start in range(0, len(queries), BATCH):
            results += self._batch(queries[start : start + BATCH])
        return results

    def facet(self, key: str, where: Condition | None = None, limit: int = 20) -> list[FacetCount]:
        """Return the values of an indexed key among the parts that a filter leaves."""
        return self._store.facet(key, where, limit=limit)

    # -- one batch ----------------------------------------------------------------------------

    @cached_property
    def _calibration(self) -> Calibration:
        return load_calibration(self._catalog)

    @cached_property
    def _with_views(self) -> bool:
        return any(spec.name == "views" for spec in self._store.schema().vectors) and bool(
            self._store.count(HasVector("views"))
        )

    def _batch(self, queries: Sequence[Query]) -> list[SearchResult]:
        started = time.perf_counter()
        probes = make_probes(self._catalog, queries)
        matches = self._numbers.find(
            [probe.query.text or "" for probe in probes],
            [probe.query.where for probe in probes],
            [not probe.wanted for probe in probes],
        )
        found = nearest(self._store, probes, self._calibration, matches)
        entries = self._entries(found, matches)
        rows = [np.array([entry.row for entry in each], dtype=np.intp) for each in entries]
        similarities = complete(
            self._store, found, rows, self._calibration, with_views=self._with_views
        )
        hits = [
            self._hits(probe, each, similarity)
            for probe, each, similarity in zip(probes, entries, similarities, strict=True)
        ]
        seconds = (time.perf_counter() - started) / max(len(queries), 1)
        return [SearchResult(each, seconds, self._catalog.read_original) for each in hits]

    def _entries(
        self, found: Sequence[Candidates], matches: Sequence[Mapping[str, NumberMatch]]
    ) -> list[list[_Entry]]:
        limits = [bounds(each, self._calibration) for each in found]
        leading = [_leading(each, limit) for each, limit in zip(found, limits, strict=True)]
        ids = {each.ids[row] for each, rows in zip(found, leading, strict=True) for row in rows}
        records = {record.id: record for record in self._store.get(sorted(ids))} if ids else {}
        return [
            _still_open(
                [
                    _entry(each.probe, row, records[each.ids[row]], match.get(each.ids[row]))
                    for row in rows
                    if each.ids[row] in records
                ],
                limit,
                each.probe.query.limit,
            )
            for each, limit, rows, match in zip(found, limits, leading, matches, strict=True)
        ]

    def _hits(
        self, probe: Probe, entries: Sequence[_Entry], similarity: FloatArray
    ) -> tuple[Hit, ...]:
        fused = fuse(evidence(probe, similarity, self._calibration), probe.vectors, probe.weights)
        scores = [
            entry.score(score) for entry, score in zip(entries, fused.scores.tolist(), strict=True)
        ]
        order = sorted(
            (
                place
                for place, score in enumerate(scores)
                if score > 0 and score >= probe.query.min_score
            ),
            key=lambda place: (
                -round(scores[place], _TIE_DIGITS),
                str(entries[place].record.payload["part_number"]),
            ),
        )[: probe.query.limit]
        views = self._views(probe, [entries[place].record.id for place in order])
        return tuple(
            _hit(
                probe,
                entries[place],
                scores[place],
                reasons(
                    probe.vectors,
                    similarity[place].tolist(),
                    fused.shares[place].tolist(),
                    entries[place].match,
                    entries[place].guard,
                ),
                views.get(entries[place].record.id),
            )
            for place in order
        )

    def _views(self, probe: Probe, ids: Sequence[str]) -> dict[str, int]:
        # Which view of each hit matched; only looked up to explain.
        if not (probe.query.explain and probe.rows is not None and self._with_views and ids):
            return {}
        records = self._store.get(ids, with_payload=False, with_vectors=["views"])
        return {
            record.id: matched_view(probe.rows, np.atleast_2d(views))
            for record in records
            if isinstance(views := record.vectors.get("views"), np.ndarray)
        }


def _leading(candidates: Candidates, limit: Bounds) -> list[int]:
    # The rows that may become hits, most promising first, part-number matches before all.
    query = candidates.probe.query
    upper, lower = limit.upper.copy(), limit.lower
    upper[: candidates.forced] = np.inf
    order = np.argsort(-upper, kind="stable")
    if candidates.probe.is_guarded:
        return list(order[: 4 * query.limit + GUARDED + candidates.forced].tolist())
    bar = np.partition(lower, -query.limit)[-query.limit] if len(lower) > query.limit else 0.0
    order = order[: 2 * query.limit + SPARE + candidates.forced]
    return list(order[upper[order] >= bar].tolist())


def _still_open(entries: list[_Entry], limit: Bounds, wanted: int) -> list[_Entry]:
    # Those that can still become hits now that the guard is known.
    if len(entries) <= wanted:
        return entries
    lower = [entry.score(float(limit.lower[entry.row])) for entry in entries]
    bar = sorted(lower, reverse=True)[wanted - 1]
    kept = [entry for entry in entries if entry.score(float(limit.upper[entry.row])) >= bar]
    kept.sort(key=lambda entry: -entry.score(float(limit.upper[entry.row])))
    return kept[: 2 * wanted + SPARE]


def _entry(probe: Probe, row: int, record: Record, match: NumberMatch | None) -> _Entry:
    found = record.payload.get("attributes")
    if not (probe.wanted and found):
        return _Entry(row, record, NO_GUARD, match)
    compared = compare_attributes(probe.wanted, found)
    return _Entry(row, record, guard(compared, moves=probe.is_guarded), match)


def _hit(probe: Probe, entry: _Entry, score: float, why: dict[str, Any], view: int | None) -> Hit:
    payload = entry.record.payload
    files = [each["file"] for each in payload.get("views", ())]
    image = files[view or 0] if files else None
    if probe.query.explain:
        why["words"] = word_reasons(probe.names, payload)
        if view is not None:
            why["view"] = image
        why["text"] = sentence(why, _language(probe))
    return Hit(
        part_number=str(payload["part_number"]),
        score=score,
        name_de=payload.get("name_de"),
        name_en=payload.get("name_en"),
        family=payload.get("family"),
        image=image,
        why=why,
        id=entry.record.id,
        payload=payload,
    )


def _language(probe: Probe) -> Any:
    return (guess_language(probe.names[0]) if probe.names else None) or "en"
