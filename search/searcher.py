"""The search itself: probes, candidates, fusion, guard, hits. Any number of queries at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from catalog.errors import FingerprintMismatch
from catalog.store.contract import Record
from catalog.store.filters import HasVector
from search.hits.explanation import matched_view
from search.hits.hit import Hit
from search.hits.make_hits import make_hits
from search.hits.results import SearchResult
from search.queries.make_probes import make_probes
from search.queries.part_numbers import NumberMatch, PartNumbers
from search.queries.probe import Probe
from search.queries.query import Query
from search.ranking.calibration import Calibration
from search.ranking.candidates import complete, nearest
from search.ranking.fit_calibration import load_calibration
from search.ranking.ranked import Ranked, rank
from search.ranking.shortlist import shortlists

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

_log = logging.getLogger(__name__)

BATCH = 64
"""Queries that go to the store together: bounds the memory of a long batch."""


class Searcher:
    """Searches one catalogue. Keep it for many queries: it holds calibration and number index.

    A catalogue that grows meanwhile is searched as it is; only calibration and the index for pieces
    of part numbers stay as they were when first used.
    """

    def __init__(self, catalog: OpenedCatalog) -> None:
        self._catalog = catalog
        self._store = catalog.store
        self._numbers = PartNumbers(catalog.store, catalog.name)
        try:
            catalog.check_terms()  # a catalogue that does not exist is refused here
        except FingerprintMismatch as error:
            _log.warning("exact words may be missed: %s", error)

    def search(self, query: Query) -> SearchResult:
        """Answer one query."""
        return self.search_many([query])[0]

    def search_many(self, queries: Sequence[Query]) -> list[SearchResult]:
        """Answer queries in order, each as ``search`` would; its ``seconds`` are its batch's share."""
        results: list[SearchResult] = []
        for start in range(0, len(queries), BATCH):
            results += self._batch(queries[start : start + BATCH])
        return results

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
            [not probe.attributes for probe in probes],
        )
        rankings = self._rankings(probes, matches)
        records = self._records(rankings)
        hits = [
            self._hits(ranked, records, match)
            for ranked, match in zip(rankings, matches, strict=True)
        ]
        seconds = (time.perf_counter() - started) / max(len(queries), 1)
        return [
            SearchResult(query_hits, seconds, self._catalog.read_original) for query_hits in hits
        ]

    def _rankings(
        self, probes: Sequence[Probe], matches: Sequence[Mapping[str, NumberMatch]]
    ) -> list[Ranked]:
        candidates = nearest(self._store, probes, self._calibration, matches)
        shortlisted = shortlists(self._store, candidates, matches, self._calibration)
        rows = [shortlist.rows for shortlist in shortlisted]
        similarities = complete(
            self._store, candidates, rows, self._calibration, with_views=self._with_views
        )
        return [
            rank(*row, self._calibration)
            for row in zip(candidates, shortlisted, similarities, strict=True)
        ]

    def _records(self, rankings: Sequence[Ranked]) -> dict[str, Record]:
        ids = dict.fromkeys(ranked.id(place) for ranked in rankings for place in ranked.places)
        return {record.id: record for record in self._store.get(list(ids))} if ids else {}

    def _hits(
        self, ranked: Ranked, records: Mapping[str, Record], matches: Mapping[str, NumberMatch]
    ) -> tuple[Hit, ...]:
        places = ranked.hit_places(records)
        views = self._views(ranked.candidates.probe, [ranked.id(place) for place in places])
        return make_hits(ranked, places, records, matches, views)

    def _views(self, probe: Probe, ids: Sequence[str]) -> dict[str, int]:
        # Which view of each hit matched; only looked up to explain.
        if not (
            probe.query.explain and probe.view_vectors is not None and self._with_views and ids
        ):
            return {}
        records = self._store.get(ids, with_payload=False, with_vectors=["views"])
        return {
            record.id: matched_view(probe.view_vectors, np.atleast_2d(views))
            for record in records
            if isinstance(views := record.vectors.get("views"), np.ndarray)
        }
