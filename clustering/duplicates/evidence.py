"""What speaks for two parts being one part entered twice, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.names.attributes import compare_attributes
from catalog.names.words.tokens import tokens
from catalog.parts import LANGUAGES

COMMON = 5
"""A name or photo that more parts share is a kind's, not a part's, and says little."""
_WEIGHT_OF = {"photo": 0.9, "name": 0.6, "description": 0.5, "weight": 0.3}
_COMMON_WEIGHT_OF = {"photo": 0.3, "name": 0.1}
_SIMILAR = {"image": (0.90, 0.6), "name": (0.85, 0.5)}
"""By vector: the cosine from which similarity counts, and what a cosine of 1 counts."""
_EACH_ATTRIBUTE, _MOST_ATTRIBUTES = 0.1, 0.3
_SAME_WEIGHT, _OTHER_WEIGHT = 0.01, 0.05
"""Relative differences up to which weights are equal, and from which they contradict."""
EVIDENCE_PAYLOAD = (
    *("part_number", "name_de", "name_en", "clean_de", "clean_en", "name_origin"),
    *("description", "family", "weight_kg", "attributes", "views"),
)
"""The payload that comparing two parts needs."""


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two parts by number; ``score`` in 0..1 is what the ``evidence`` adds up to.

    ``evidence`` maps what agrees to how (a similarity, a file's hash, shared attributes);
    ``conflicts`` maps attributes, ``weight_kg`` and ``family`` to both values. With a conflict the
    two look alike but must not be merged unseen.
    """

    first: str
    second: str
    score: float
    evidence: Mapping[str, Any]
    conflicts: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a candidate pair was found by: cosines by ``image`` and ``name``, and how many parts
    share their photo (``photo_count``) and their name (``name_count``), 0 where those differ.
    """

    similarity: Mapping[str, float]
    photo_count: int = 0
    name_count: int = 0


def compare(first: Mapping[str, Any], second: Mapping[str, Any], shared: Shared) -> DuplicatePair:
    """Return the evidence of two parts' payloads; pieces of evidence add up as if independent."""
    weights, evidence = _agreements(first, second, shared)
    attributes = compare_attributes(first.get("attributes", {}), second.get("attributes", {}))
    if attributes.shared:
        evidence["attributes"] = dict(attributes.shared)
        weights.append(min(_EACH_ATTRIBUTE * len(attributes.shared), _MOST_ATTRIBUTES))
    against = 1.0
    for weight in weights:
        against *= 1 - weight
    return DuplicatePair(
        str(first["part_number"]),
        str(second["part_number"]),
        round(1 - against, 4),
        evidence,
        {**attributes.conflicts, **_conflicts(first, second)},
    )


def name_key(payload: Mapping[str, Any]) -> frozenset[str]:
    """Return the tokens of what somebody wrote as the part's names, in any order; may be empty."""
    origin = payload.get("name_origin") or {}
    names = (
        payload.get(f"clean_{language}") or payload.get(f"name_{language}")
        for language in LANGUAGES
        if origin.get(language, "given") == "given"
    )
    return frozenset(token for name in names if name for token in tokens(str(name)))


def _agreements(
    first: Mapping[str, Any], second: Mapping[str, Any], shared: Shared
) -> tuple[list[float], dict[str, Any]]:
    weights: list[float] = []
    evidence: dict[str, Any] = {}
    for kind, vector, count in (
        ("photo", "image", shared.photo_count),
        ("name", "name", shared.name_count),
    ):
        if count:
            weight_of = _WEIGHT_OF if count <= COMMON else _COMMON_WEIGHT_OF
            weights.append(weight_of[kind])
            evidence[f"same_{kind}"] = True
        elif (weight := _similar(vector, shared.similarity.get(vector, 0.0))) > 0:
            weights.append(weight)
            evidence[f"{vector}_similarity"] = round(shared.similarity[vector], 4)
    if first.get("description") and first["description"] == second.get("description"):
        weights.append(_WEIGHT_OF["description"])
        evidence["same_description"] = True
    if _differ(first, second) <= _SAME_WEIGHT:
        weights.append(_WEIGHT_OF["weight"])
        evidence["weight_kg"] = first["weight_kg"]
    return weights, evidence


def _similar(vector: str, cosine: float) -> float:
    start, most = _SIMILAR[vector]
    return most * (min(cosine, 1.0) - start) / (1 - start)


def _conflicts(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    conflicts: dict[str, tuple[Any, Any]] = {}
    difference = _differ(first, second)
    if _OTHER_WEIGHT < difference <= 1:
        conflicts["weight_kg"] = (first["weight_kg"], second["weight_kg"])
    if first.get("family") and second.get("family") and first["family"] != second["family"]:
        conflicts["family"] = (first["family"], second["family"])
    return conflicts


def _differ(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """Return by what share two weights differ, 2 where one is unknown."""
    first_weight, second_weight = first.get("weight_kg"), second.get("weight_kg")
    if not first_weight or not second_weight:
        return 2.0
    return float(abs(first_weight - second_weight) / max(first_weight, second_weight))
