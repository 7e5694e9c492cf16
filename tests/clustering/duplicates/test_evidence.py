"""What speaks for two parts being one, what speaks against it, and what that adds up to."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.names.attributes import read_attributes
from clustering.duplicates.evidence import Evidence, SharedTraits, compare_parts, name_key

SCREW = "Sechskantschraube DIN 933 M8x20 verzinkt"
ALIKE = SharedTraits({}, name_count=2)


def part(number: str, name: str = "", **more: Any) -> dict[str, Any]:
    attributes = read_attributes(name) if name else {}
    return {"part_number": number, "name_de": name, "attributes": attributes, **more}


def test_the_same_full_name_is_evidence_and_a_bare_word_is_not() -> None:
    full = compare_parts(part("1", SCREW), part("2", SCREW), ALIKE)
    bare = compare_parts(part("1", "Schraube"), part("2", "Schraube"), ALIKE)
    assert full.score > 0.7 > bare.score
    assert full.evidence.same_name
    assert full.evidence.attributes["thread"] == "M8"


def test_a_name_that_many_share_says_little() -> None:
    rare = compare_parts(part("1", "Motor"), part("2", "Motor"), SharedTraits({}, name_count=2))
    common = compare_parts(part("1", "Motor"), part("2", "Motor"), SharedTraits({}, name_count=40))
    assert common.score < 0.2 < rare.score


def test_sizes_voltage_side_weight_and_family_speak_against_it() -> None:
    one = part("1", "Motor 24 V links", weight_kg=2.0, family="motors")
    other = part("2", "Motor 230 V rechts", weight_kg=3.0, family="drives")
    pair = compare_parts(one, other, SharedTraits({"image": 0.99}, photo_count=2))
    assert set(pair.conflicts) == {"voltage_v", "side", "weight_kg", "family"}
    assert pair.conflicts["weight_kg"] == (2.0, 3.0)


def test_evidence_adds_up_and_order_does_not_matter() -> None:
    one, other = part("1", SCREW, weight_kg=0.1), part("2", SCREW, weight_kg=0.1)
    weighed = compare_parts(one, other, ALIKE)
    assert weighed.score > compare_parts(part("1", SCREW), part("2", SCREW), ALIKE).score
    assert weighed.score == compare_parts(other, one, ALIKE).score
    assert weighed.score <= 1


def test_the_key_of_a_name_ignores_order_and_translations() -> None:
    one = {"name_de": "Motor, links"}
    other = {
        "name_de": "links Motor",
        "name_en": "left motor",
        "name_origin": {"de": "given", "en": "translated"},
    }
    assert name_key(one) == name_key(other) == {"motor", "link"} or name_key(one) == name_key(other)
    assert name_key({}) == frozenset()


def test_a_similarity_counts_from_its_bound_on_and_less_than_the_same_photo() -> None:
    one, other = part("1"), part("2")
    low = compare_parts(one, other, SharedTraits({"image": 0.9}))
    high = compare_parts(one, other, SharedTraits({"image": 0.99}))
    same = compare_parts(one, other, SharedTraits({"image": 0.99}, photo_count=2))
    assert (low.score, low.evidence) == (0, Evidence())
    assert high.evidence == Evidence(image_similarity=0.99)
    assert high.score == pytest.approx(0.54)
    assert same.evidence == Evidence(same_photo=True)
    assert same.score > high.score


def test_what_is_printed_of_a_pair_is_what_agrees_and_both_values_of_what_does_not() -> None:
    one = part("1", weight_kg=2.0, description="rund", family="motors")
    other = part("2", weight_kg=2.001, description="rund", family="drives")
    pair = compare_parts(one, other, SharedTraits({"name": 0.95}))
    assert pair.to_json() == {
        "parts": ["1", "2"],
        "score": pair.score,
        "evidence": {"name_similarity": 0.95, "same_description": True, "weight_kg": 2.0},
        "conflicts": {"family": ["motors", "drives"]},
    }
