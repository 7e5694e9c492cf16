"""Why a part was found: each vector's share in the score, words, attributes, the part number, the view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from partscope.arrays import FloatMatrix
from partscope.names.tokens import tokens
from partscope.parts import Language
from search.guard import Guard
from search.part_numbers import NumberMatch

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


def word_reasons(asked: Sequence[str], payload: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which tokens of the asked names the part has too, and which it has not."""
    wanted = dict.fromkeys(token for name in asked for token in tokens(name))
    texts = [payload.get(key) for key in ("name_de", "name_en", "description")]
    found = {token for text in texts if text for token in tokens(text)}
    return {
        "shared": [token for token in wanted if token in found],
        "missing": [token for token in wanted if token not in found],
    }


def matched_view(asked: FloatMatrix, views: FloatMatrix) -> int:
    """Return which row of ``views``, shape (m, dim), is the nearest to any of ``asked``, (n, dim)."""
    return int((views @ asked.T).max(axis=1).argmax())


def sentence(why: Mapping[str, Any], language: Language = "en") -> str:
    """Return the reasons as one line for people, in German or English."""
    label = _LABELS[language]
    pieces = [label[why["part_number"]]] if "part_number" in why else []
    shares = sorted(why.get("vectors", {}).items(), key=lambda item: -item[1]["share"])
    parts = [f"{label[name]} {each['share']:.0%}" for name, each in shares if each["share"] > 0]
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
        f"{key} {_shown(wanted)} ≠ {_shown(found)}"
        for key, (wanted, found) in attributes.get("conflicts", {}).items()
    ]
    pieces = [f"{label['shared']}: {', '.join(shared)}"] if shared else []
    return pieces + ([f"{label['conflict']}: {', '.join(conflicts)}"] if conflicts else [])


def _shown(value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return "/".join(f"{each:g}" if isinstance(each, float) else str(each) for each in values)
