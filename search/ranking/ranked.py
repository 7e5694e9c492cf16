"""The shortlist of one query with its scores, and which of its parts may be hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.names.attributes import AttributeComparison, compare_attributes
from catalog.store.contract import Record
from search.queries.query import Query
from search.ranking.attribute_guard import NO_GUARD, guard
from search.ranking.calibration import Calibration, FloatArray
from search.ranking.candidates import Candidates, evidence
from search.ranking.fusion import Fused, fuse
from search.ranking.shortlist import Shortlist

_TIE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """The shortlist of one probe; element or row i of all arrays is its part i.

    ``places`` are those that may be hits, best first, with all that tie with the last.
    """

    candidates: Candidates
    shortlist: Shortlist
    similarity: FloatArray
    fused: Fused
    scores: list[float]
    places: list[int]

    def id(self, place: int) -> str:
        """Return the id of a shortlisted part."""
        return self.candidates.ids[int(self.shortlist.rows[place])]

    def hit_places(self, records: Mapping[str, Record]) -> list[int]:
        """Return the places of the hits among the parts read, best first, ties by part number."""
        places = [place for place in self.places if self.id(place) in records]
        places.sort(key=lambda place: str(records[self.id(place)].payload["part_number"]))
        places.sort(key=lambda place: -round(self.scores[place], _TIE_DIGITS))
        return places[: self.candidates.probe.query.limit]

    def attributes(self, place: int, record: Record) -> AttributeComparison:
        """Return what the attributes of query and part have in common and where they conflict.

        Those of a whole part (``like``) moved nothing, but are told too.
        """
        probe, part_attributes = self.candidates.probe, record.payload.get("attributes")
        if probe.is_guarded or not (probe.attributes and part_attributes):
            row = int(self.shortlist.rows[place])
            return self.shortlist.guards.get(row, NO_GUARD).attributes
        return guard(compare_attributes(probe.attributes, part_attributes), moves=False).attributes


def rank(
    candidates: Candidates,
    shortlist: Shortlist,
    similarity: FloatArray,
    calibration: Calibration,
) -> Ranked:
    """Score the shortlist by its similarities, shape (parts, vectors)."""
    probe = candidates.probe
    fused = fuse(evidence(probe, similarity, calibration), probe.vector_names, probe.weights)
    scores = shortlist.scores(fused.scores).tolist()
    return Ranked(candidates, shortlist, similarity, fused, scores, _best(scores, probe.query))


def _best(scores: Sequence[float], query: Query) -> list[int]:
    # The places of the best scores, and of all that tie with the last: ties go by part number.
    rounded = [round(score, _TIE_DIGITS) for score in scores]
    order = [place for place, score in enumerate(scores) if score > 0 and score >= query.min_score]
    order.sort(key=lambda place: -rounded[place])
    if len(order) <= query.limit:
        return order
    last = rounded[order[query.limit - 1]]
    return [place for place in order if rounded[place] >= last]
