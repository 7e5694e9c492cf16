"""The search itself: probes, candidates, fusion, guard, hits. Any number of queries at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.errors import FingerprintMismatch
from catalog.names.attributes import compare_attributes
from catalog.names.language import guess_language
from catalog.parts import LANGUAGES, Language, row_files, views_of
from catalog.store.contract import Record
from catalog.store.filters import HasVector
from search.hits.explain import matched_view, reasons, sentence, word_reasons
from search.hits.results import Hit, SearchResult
from search.queries.part_numbers import NumberMatch, PartNumbers
from search.queries.probes import Probe, make_probes
from search.queries.query import Query
from search.ranking.calibration import Calibration, FloatArray
from search.ranking.candidates import Candidates, complete, evidence, nearest
from search.ranking.catalog_calibration import load_calibration
from search.ranking.contenders import Contenders, contenders
from search.ranking.fusion import Fused, fuse
from search.ranking.guard import NO_GUARD, Guard, guard

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

_log = logging.getLogger(__name__)

BATCH = 64
"""Queries that go to the store together: bounds the memory of a long batch."""
_TIE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Ranked:
    # The contenders of one probe that may be hits: their places, best first, with those that tie
    # with the last.
    candidates: Candidates
    contenders: Contenders
    similarity: FloatArray
    fused: Fused
    scores: list[float]
    places: list[int]

    def id(self, place: int) -> str:
        return self.candidates.ids[int(self.contenders.rows[place])]


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
            [not probe.wanted for probe in probes],
        )
        candidates = nearest(self._store, probes, self._calibration, matches)
        racing = contenders(self._store, candidates, matches, self._calibration)
        similarities = complete(
            self._store,
            candidates,
            [race.rows for race in racing],
            self._calibration,
            with_views=self._with_views,
        )
        rankings = [
            self._ranked(*row) for row in zip(candidates, racing, similarities, strict=True)
        ]
        ids = dict.fromkeys(ranked.id(place) for ranked in rankings for place in ranked.places)
        records = {record.id: record for record in self._store.get(list(ids))} if ids else {}
        hits = [
            self._hits(ranked, records, match)
            for ranked, match in zip(rankings, matches, strict=True)
        ]
        seconds = (time.perf_counter() - started) / max(len(queries), 1)
        return [
            SearchResult(query_hits, seconds, self._catalog.read_original) for query_hits in hits
        ]

    def _ranked(
        self, candidates: Candidates, racing: Contenders, similarity: FloatArray
    ) -> _Ranked:
        probe = candidates.probe
        fused = fuse(evidence(probe, similarity, self._calibration), probe.vectors, probe.weights)
        scores = racing.scores(fused.scores).tolist()
        return _Ranked(candidates, racing, similarity, fused, scores, _best(scores, probe.query))

    def _hits(
        self, ranked: _Ranked, records: Mapping[str, Record], matches: Mapping[str, NumberMatch]
    ) -> tuple[Hit, ...]:
        probe = ranked.candidates.probe
        places = [place for place in ranked.places if ranked.id(place) in records]
        places.sort(key=lambda place: str(records[ranked.id(place)].payload["part_number"]))
        places.sort(key=lambda place: -round(ranked.scores[place], _TIE_DIGITS))
        del places[probe.query.limit :]
        views = self._views(probe, [ranked.id(place) for place in places])
        best = records[ranked.id(places[0])].payload if places else {}
        language = _language(probe, best)
        return tuple(
            _hit(
                probe,
                language,
                records[ranked.id(place)],
                ranked.scores[place],
                reasons(
                    probe.vectors,
                    ranked.similarity[place].tolist(),
                    ranked.fused.shares[place].tolist(),
                    matches.get(ranked.id(place)),
                    _told(ranked, place, records[ranked.id(place)]),
                ),
                views.get(ranked.id(place)),
            )
            for place in places
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


def _best(scores: Sequence[float], query: Query) -> list[int]:
    # The places of the best scores, and of all that tie with the last: ties go by part number.
    rounded = [round(score, _TIE_DIGITS) for score in scores]
    order = [place for place, score in enumerate(scores) if score > 0 and score >= query.min_score]
    order.sort(key=lambda place: -rounded[place])
    if len(order) <= query.limit:
        return order
    last = rounded[order[query.limit - 1]]
    return [place for place in order if rounded[place] >= last]


def _told(ranked: _Ranked, place: int, record: Record) -> Guard:
    # What a whole part's attributes have in common with a hit's moved nothing, but is told.
    probe, attributes = ranked.candidates.probe, record.payload.get("attributes")
    if probe.is_guarded or not (probe.wanted and attributes):
        return ranked.contenders.guards.get(int(ranked.contenders.rows[place]), NO_GUARD)
    return guard(compare_attributes(probe.wanted, attributes), moves=False)


def _hit(
    probe: Probe,
    language: Language,
    record: Record,
    score: float,
    why: dict[str, Any],
    view: int | None,
) -> Hit:
    payload = record.payload
    files = row_files(views_of(payload))
    image = files[view or 0] if files else None
    if probe.query.explain:
        why["words"] = word_reasons(probe.names, payload)
        if view is not None:
            why["view"] = image
        why["text"] = sentence(why, language)
    return Hit(
        part_number=str(payload["part_number"]),
        score=score,
        name_de=payload.get("name_de"),
        name_en=payload.get("name_en"),
        family=payload.get("family"),
        image=image,
        why=why,
        id=record.id,
        payload=payload,
    )


def _language(probe: Probe, best: Mapping[str, Any]) -> Language:
    # That of the query; a picture, a number or ``Sensor`` has none: then that of the best hit's name.
    query_language = guess_language(probe.names[0]) if probe.names else None
    if query_language:
        return query_language
    origin = best.get("name_origin", {})
    given_languages = [language for language in LANGUAGES if origin.get(language) == "given"]
    return given_languages[0] if len(given_languages) == 1 else "en"
