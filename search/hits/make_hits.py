"""From the ranking of one query to its hits, each with the reasons for its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalog.names.language import guess_language
from catalog.parts import LANGUAGES, Language, row_files, views_of
from catalog.store.contract import Record
from search.hits.explanation import Explanation, matched_words, vector_shares
from search.hits.hit import Hit
from search.hits.sentence import sentence
from search.queries.part_numbers import NumberMatch
from search.queries.probe import Probe
from search.ranking.ranked import Ranked


def make_hits(
    ranked: Ranked,
    places: Sequence[int],
    records: Mapping[str, Record],
    matches: Mapping[str, NumberMatch],
    views: Mapping[str, int],
) -> tuple[Hit, ...]:
    """Return the hits at ``places``; ``records``, ``matches`` and ``views`` are by point id.

    ``views`` are the rows of the views that matched, where that was looked up.
    """
    probe = ranked.candidates.probe
    language = _language(probe, records[ranked.id(places[0])].payload if places else {})
    hits = []
    for place in places:
        identity = ranked.id(place)
        record, view = records[identity], views.get(identity)
        why = _why(ranked, place, record, matches.get(identity))
        image = _image(record.payload, view)
        if probe.query.explain:
            words = matched_words(probe.names, record.payload)
            why = replace(why, words=words, view=None if view is None else image)
            why = replace(why, text=sentence(why, language))
        hits.append(_hit(record, ranked.scores[place], image, why))
    return tuple(hits)


def _why(ranked: Ranked, place: int, record: Record, match: NumberMatch | None) -> Explanation:
    vectors = vector_shares(
        ranked.candidates.probe.vector_names,
        ranked.similarity[place].tolist(),
        ranked.fused.shares[place].tolist(),
    )
    part_number = match.kind if match is not None else None
    return Explanation(vectors, part_number, ranked.attributes(place, record))


def _image(payload: Mapping[str, Any], view: int | None) -> str | None:
    files = row_files(views_of(payload))
    return files[view or 0] if files else None


def _hit(record: Record, score: float, image: str | None, why: Explanation) -> Hit:
    payload = record.payload
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
