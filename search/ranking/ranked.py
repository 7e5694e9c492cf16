"""The contenders of one query with their scores, and which of them may be hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.names.attributes import AttributeComparison, compare_attributes
from catalog.store.contract import Record
from search.queries.query import Query
from search.ranking.calibration import Calibration, FloatArray
from search.ranking.candidates import Candidates, evidence
from search.ranking.contenders import Contenders
from search.ranking.fusion import Fused, fuse
from search.ranking.guard import NO_GUARD, guard

_TIE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """The contenders of one probe: element or row i of all arrays is contender i.

    ``places`` are those that may be hits, best first, with all that tie with the last.
    """

    candidates: Candidates
    contenders: Contenders
    similarity: FloatArray
    fused: Fused
    scores: list[float]
    places: list[int]

    def id(self, place: int) -> str:
        """Return the id of a contender's part."""
        return self.candidates.ids[int(self.contenders.rows[place])]

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
        if probe.is_guarded or not (probe.wanted and part_attributes):
            row = int(self.contenders.rows[place])
            return self.contenders.guards.get(row, NO_GUARD).attributes
        return guard(compare_attributes(probe.wanted, part_attributes), moves=False).attributes


def rank(
    candidates: Candidates,
    contenders: Contenders,
    similarity: FloatArray,
    calibration: Calibration,
) -> Ranked:
    """Score the contenders by their similarities, shape (contenders, vectors)."""
    probe = candidates.probe
    fused = fuse(evidence(probe, similarity, calibration), probe.vectors, probe.weights)
    scores = contenders.scores(fused.scores).tolist()
    return Ranked(candidates, contenders, similarity, fused, scores, _best(scores, probe.query))


def _best(scores: Sequence[float], query: Query) -> list[int]:
    # The places of the best scores, and of all that tie with the last: ties go by part number.
    rounded = [round(score, _TIE_DIGITS) for score in scores]
    order = [place for place, score in enumerate(scores) if score > 0 and score >= query.min_score]
    order.sort(key=lambda place: -rounded[place])
    if len(order) <= query.limit:
        return order
    last = rounded[order[query.limit - 1]]
    return [place for place in order if rounded[place] >= last]
