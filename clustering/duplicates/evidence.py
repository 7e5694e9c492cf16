"""What speaks for two parts being one part entered twice, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
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
class Evidence:
    """What two parts agree in; similarities are cosines, ``weight_kg`` is that of the first part.

    A similarity is None where it is low, or where the photo or name itself is the same.
    ``attributes`` are those that both state alike.
    """

    same_photo: bool = False
    image_similarity: float | None = None
    same_name: bool = False
    name_similarity: float | None = None
    same_description: bool = False
    weight_kg: float | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values: only what agrees."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two parts by number; ``score`` in 0..1 is what the ``evidence`` adds up to.

    ``conflicts`` maps attributes, ``weight_kg`` and ``family`` to both values. With a conflict the
    two look alike but must not be merged unseen.
    """

    first: str
    second: str
    score: float
    evidence: Evidence
    conflicts: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "parts": [self.first, self.second],
            "score": self.score,
            "evidence": self.evidence.to_json(),
            "conflicts": {name: list(values) for name, values in self.conflicts.items()},
        }


@dataclass(frozen=True, slots=True)
class SharedTraits:
    """What a candidate pair was found by: cosines by ``image`` and ``name``, and how many parts
    share their photo (``photo_count``) and their name (``name_count``), 0 where those differ.
    """

    similarity: Mapping[str, float]
    photo_count: int = 0
    name_count: int = 0


def compare_parts(
    first: Mapping[str, Any], second: Mapping[str, Any], shared: SharedTraits
) -> DuplicatePair:
    """Return the evidence of two parts' payloads; pieces of evidence add up as if independent."""
    attributes = compare_attributes(first.get("attributes", {}), second.get("attributes", {}))
    evidence = _evidence(first, second, shared, attributes.shared)
    against = 1.0
    for weight in _weights(evidence, shared):
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


def _evidence(
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    shared: SharedTraits,
    attributes: Mapping[str, Any],
) -> Evidence:
    description = first.get("description")
    return Evidence(
        same_photo=shared.photo_count > 0,
        image_similarity=None if shared.photo_count else _telling(shared, "image"),
        same_name=shared.name_count > 0,
        name_similarity=None if shared.name_count else _telling(shared, "name"),
        same_description=bool(description) and description == second.get("description"),
        weight_kg=first["weight_kg"] if _differ(first, second) <= _SAME_WEIGHT else None,
        attributes=dict(attributes),
    )


def _telling(shared: SharedTraits, vector: str) -> float | None:
    """Return a cosine that counts, None for one that does not."""
    cosine = shared.similarity.get(vector, 0.0)
    return round(cosine, 4) if _similar(vector, cosine) > 0 else None


def _weights(evidence: Evidence, shared: SharedTraits) -> Iterator[float]:
    if evidence.same_photo:
        yield _shared_weight("photo", shared.photo_count)
    if evidence.image_similarity is not None:
        yield _similar("image", shared.similarity["image"])
    if evidence.same_name:
        yield _shared_weight("name", shared.name_count)
    if evidence.name_similarity is not None:
        yield _similar("name", shared.similarity["name"])
    if evidence.same_description:
        yield _WEIGHT_OF["description"]
    if evidence.weight_kg is not None:
        yield _WEIGHT_OF["weight"]
    if evidence.attributes:
        yield min(_EACH_ATTRIBUTE * len(evidence.attributes), _MOST_ATTRIBUTES)


def _shared_weight(kind: str, count: int) -> float:
    return (_WEIGHT_OF if count <= COMMON else _COMMON_WEIGHT_OF)[kind]


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
