"""Why a part was found: each vector's share in the score, words, attributes, the part number, the view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.arrays import FloatMatrix
from catalog.names.words.tokens import tokens
from catalog.parts import Language
from search.queries.part_numbers import NumberMatch
from search.ranking.guard import Guard

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


def reasons(
    vectors: Sequence[str],
    similarity: Sequence[float],
    shares: Sequence[float],
    number: NumberMatch | None,
    guard: Guard,
) -> dict[str, Any]:
    """Return the JSON-able reasons of one hit.

    ``vectors`` by name: ``similarity`` (cosine; for terms the share covered) and ``share`` in the
    score; shares add up to 1. ``part_number`` and ``attributes`` only where they had a part in it.
    """
    why: dict[str, Any] = {
        "vectors": {
            name: {"similarity": round(value, 4), "share": round(share, 4)}
            for name, value, share in zip(vectors, similarity, shares, strict=True)
            if not math.isnan(value)
        }
    }
    if number is not None:
        why["part_number"] = number.kind
    if guard.shared or guard.conflicts:
        why["attributes"] = {
            "shared": dict(guard.shared),
            "conflicts": {key: list(pair) for key, pair in guard.conflicts.items()},
        }
    return why


def word_reasons(names: Sequence[str], payload: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which tokens of the asked names the part has too, and which it has not."""
    query_tokens = dict.fromkeys(token for name in names for token in tokens(name))
    texts = [payload.get(key) for key in ("name_de", "name_en", "description")]
    part_tokens = {token for text in texts if text for token in tokens(text)}
    return {
        "shared": [token for token in query_tokens if token in part_tokens],
        "missing": [token for token in query_tokens if token not in part_tokens],
    }


def matched_view(queries: FloatMatrix, views: FloatMatrix) -> int:
    """Return which row of ``views``, shape (m, dim), is the nearest to any of ``queries``, (n, dim)."""
    return int((views @ queries.T).max(axis=1).argmax())


def sentence(why: Mapping[str, Any], language: Language = "en") -> str:
    """Return the reasons as one line for people, in German or English."""
    label = _LABELS[language]
    pieces = [label[why["part_number"]]] if "part_number" in why else []
    shares = sorted(why.get("vectors", {}).items(), key=lambda item: -item[1]["share"])
    parts = [
        f"{label[name]} {reason['share']:.0%}" for name, reason in shares if reason["share"] > 0
    ]
    if parts:
        pieces.append(", ".join(parts))
    pieces += _attribute_pieces(why.get("attributes", {}), label)
    words = why.get("words", {})
    for key in ("shared", "missing"):
        if words.get(key):
            pieces.append(f"{label[key]}: {' '.join(words[key])}")
    if why.get("view"):
        pieces.append(f"{label['view']}: {why['view']}")
    return "; ".join(pieces)


def _attribute_pieces(attributes: Mapping[str, Any], label: Mapping[str, str]) -> list[str]:
    shared = [f"{key} {_shown(value)}" for key, value in attributes.get("shared", {}).items()]
    conflicts = [
        f"{key} {_shown(query_value)} ≠ {_shown(part_value)}"
        for key, (query_value, part_value) in attributes.get("conflicts", {}).items()
    ]
    pieces = [f"{label['shared']}: {', '.join(shared)}"] if shared else []
    return pieces + ([f"{label['conflict']}: {', '.join(conflicts)}"] if conflicts else [])


def _shown(value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return "/".join(f"{entry:g}" if isinstance(entry, float) else str(entry) for entry in values)
