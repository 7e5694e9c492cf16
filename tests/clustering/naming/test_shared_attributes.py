"""What most members of a cluster state alike."""

from __future__ import annotations

from typing import Any

from clustering.naming.shared_attributes import shared_attributes, size_text


def test_attributes_are_shared_by_most() -> None:
    members: list[dict[str, Any]] = [
        {"thread": "M8", "standard": ["DIN 933"]},
        {"thread": "M8"},
        {"thread": "M10"},
    ]
    assert shared_attributes(members) == {"thread": "M8"}
    assert size_text([{"voltage_v": 24.0}, {"voltage_v": 24.0}]) == "24 V"
    assert shared_attributes([]) == {}


def test_a_value_that_too_few_state_is_not_shared() -> None:
    members: list[dict[str, Any]] = [{"side": "left"}, {"side": "left"}, {}, {}]
    assert shared_attributes(members) == {}
    assert shared_attributes(members[:3]) == {"side": "left"}


def test_of_equally_frequent_values_the_first_by_text_is_taken() -> None:
    assert shared_attributes([{"standard": ["DIN 933", "DIN 125"]}]) == {"standard": "DIN 125"}


def test_sizes_are_shown_as_labels_show_them() -> None:
    bolts = [{"standard": "DIN 933", "thread": "M8", "length_mm": 20.0}]
    assert size_text(bolts) == "DIN 933 M8"
    assert size_text([{"nominal_diameter_mm": 50.0}]) == "DN50"
    assert size_text([]) == ""
