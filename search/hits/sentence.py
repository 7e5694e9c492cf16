"""An explanation as one line for people, in German or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.names.attributes import AttributeComparison
from catalog.parts import AttributeValue, Language
from search.hits.explanation import Explanation, MatchedWords, VectorShare

_LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "image": "picture",
        "name_de": "German name",
        "name_en": "English name",
        "terms": "words",
        "description": "description",
        "shared": "shared",
        "missing": "not in the part",
        "conflict": "conflict",
        "view": "view",
        "exact": "this is its part number",
        "folded": "this is its part number but for punctuation",
        "prefix": "its part number begins so",
        "part": "its part number contains this",
    },
    "de": {
        "image": "Bild",
        "name_de": "deutscher Name",
        "name_en": "englischer Name",
        "terms": "Wörter",
        "description": "Beschreibung",
        "shared": "gemeinsam",
        "missing": "fehlt beim Teil",
        "conflict": "Widerspruch",
        "view": "Ansicht",
        "exact": "das ist seine Teilenummer",
        "folded": "das ist seine Teilenummer bis auf Satzzeichen",
        "prefix": "seine Teilenummer beginnt so",
        "part": "seine Teilenummer enthält das",
    },
}


def sentence(why: Explanation, language: Language = "en") -> str:
    """Return the reasons as one line, in German or English."""
    label = _LABELS[language]
    pieces = [label[why.part_number]] if why.part_number else []
    pieces += _vector_pieces(why.vectors, label)
    pieces += _attribute_pieces(why.attributes, label)
    pieces += _word_pieces(why.words or MatchedWords(), label)
    if why.view:
        pieces.append(f"{label['view']}: {why.view}")
    return "; ".join(pieces)


def _vector_pieces(vectors: Mapping[str, VectorShare], label: Mapping[str, str]) -> Iterator[str]:
    by_share = sorted(vectors.items(), key=lambda item: -item[1].share)
    shares = [f"{label[name]} {vector.share:.0%}" for name, vector in by_share if vector.share > 0]
    if shares:
        yield ", ".join(shares)


def _attribute_pieces(attributes: AttributeComparison, label: Mapping[str, str]) -> Iterator[str]:
    shared = [f"{key} {_value_text(value)}" for key, value in attributes.shared.items()]
    if shared:
        yield f"{label['shared']}: {', '.join(shared)}"
    conflicts = [
        f"{key} {_value_text(query_value)} ≠ {_value_text(part_value)}"
        for key, (query_value, part_value) in attributes.conflicts.items()
    ]
    if conflicts:
        yield f"{label['conflict']}: {', '.join(conflicts)}"


def _word_pieces(words: MatchedWords, label: Mapping[str, str]) -> Iterator[str]:
    if words.shared:
        yield f"{label['shared']}: {' '.join(words.shared)}"
    if words.missing:
        yield f"{label['missing']}: {' '.join(words.missing)}"


def _value_text(value: AttributeValue) -> str:
    values = value if isinstance(value, list) else [value]
    return "/".join(f"{entry:g}" if isinstance(entry, float) else str(entry) for entry in values)
