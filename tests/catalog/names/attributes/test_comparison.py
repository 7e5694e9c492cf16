from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.attributes import compare_attributes, read_attributes
from catalog.names.attributes.standards import is_same_standard
from catalog.parts import Attributes


@pytest.mark.parametrize(
    ("query", "name", "key"),
    [
        ("DIN 933", "DIN EN ISO 4017", "standard"),
        ("ISO 4762", "DIN 912", "standard"),
        ("DIN 6885-1", "DIN 6885", "standard"),
        ("24 V", "24V DC", "voltage_v"),
        ("230 V", "Motor 400/230V", "voltage_v"),
        ("24 V", "10-30 V", "voltage_v"),
        ("10-30 V", "24 V", "voltage_v"),
        ("10-30 V", "20..40 V", "voltage_range_v"),
        ("Bohrer 6,5 mm", "Bohrer 6.51 mm", "size_mm"),
        ("Lager 6205", "6205-2RS", "bearing"),
        ("Winkel Stahl", "Winkel Edelstahl", "material"),
        ("Dichtung Gummi", "Dichtung NBR", "material"),
        ("Schraube A2 M6", "Schraube M6 1.4301", "material_grade"),
        ("Spiegel links", "Spiegel vorne links", "side"),
        ("Griff links/rechts", "Griff rechts", "side"),
        ("20x30x7", "Wellendichtring 20x30x7", "dimensions_mm"),
        ("Wellendichtring 20x30x7", "20x30x7", "dimensions_mm"),
        ("Platte 500x1000", "Platte 1000x500x3", "dimensions_mm"),
    ],
)
def test_what_agrees_is_shared(query: str, name: str, key: str) -> None:
    comparison = compare_attributes(read_attributes(query), read_attributes(name))
    assert key in comparison.shared
    assert not comparison.conflicts


@pytest.mark.parametrize(
    ("query", "name", "key"),
    [
        ("M8", "M10", "thread"),
        ("M8", "M8x1", "thread"),
        ("M8x20", "M8x25", "length_mm"),
        ("24 V", "230 V", "voltage_v"),
        ("48 V", "10-30 V", "voltage_v"),
        ("0-5 bar", "10..20 bar", "pressure_range_bar"),
        ("Spiegel links", "Spiegel rechts", "side"),
        ("Spiegel vorne links", "Spiegel hinten links", "side"),
        ("DIN 933", "DIN 931", "standard"),
        ("6205-2RS", "6205-2Z", "bearing"),
        ("6205-2RS", "6206-2RS", "bearing"),
        ("Mutter Messing", "Mutter Stahl", "material"),
        ("Schraube A2 M6", "Schraube A4 M6", "material_grade"),
        ("IP67", "IP54", "ip_class"),
        ("20x30x7", "Wellendichtring 20x30x10", "dimensions_mm"),
        ("Relais AC 24V", "Relais 24VDC", "current_type"),
    ],
)
def test_what_disagrees_is_a_conflict_with_both_values(query: str, name: str, key: str) -> None:
    query_attributes, name_attributes = read_attributes(query), read_attributes(name)
    comparison = compare_attributes(query_attributes, name_attributes)
    assert key in comparison.conflicts
    assert key not in comparison.shared
    if key in query_attributes and key in name_attributes:
        assert comparison.conflicts[key] == (query_attributes[key], name_attributes[key])


def test_what_only_one_states_is_neither() -> None:
    comparison = compare_attributes({"thread": "M8"}, {"voltage_v": 24.0})
    assert (dict(comparison.shared), dict(comparison.conflicts)) == ({}, {})


NUMBERS = st.floats(0.001, 1e6)
ATTRIBUTES: st.SearchStrategy[Attributes] = st.fixed_dictionaries(
    {},
    optional={
        "voltage_v": NUMBERS | st.lists(NUMBERS, min_size=2, max_size=3),
        "voltage_range_v": st.lists(NUMBERS, min_size=2, max_size=2).map(sorted),
        "dimensions_mm": st.lists(NUMBERS, min_size=2, max_size=4),
        "length_mm": NUMBERS,
        "width_mm": NUMBERS,
        "side": st.sampled_from(["left", "right", "front"])
        | st.just(["front", "left"])
        | st.just(["rear", "right"]),
        "thread": st.sampled_from(["M8", "M10", "M8x1"]),
        "material": st.sampled_from(["steel", "brass", "stainless_steel"]),
        "standard": st.sampled_from([["DIN 933"], ["ISO 4017"], ["DIN 934", "EN 10204"]]),
    },
)


@given(ATTRIBUTES, ATTRIBUTES)
def test_comparison_is_symmetric_in_what_conflicts(one: Attributes, other: Attributes) -> None:
    there, back = compare_attributes(one, other), compare_attributes(other, one)
    assert len(there.conflicts) == len(back.conflicts)
    assert not set(there.shared) & set(there.conflicts)


@given(ATTRIBUTES)
def test_a_part_agrees_with_itself(attributes: Attributes) -> None:
    comparison = compare_attributes(attributes, attributes)
    assert set(comparison.shared) <= set(attributes)
    assert len(comparison.shared) >= len(attributes) - ("voltage_range_v" in attributes)
    assert not comparison.conflicts


def test_equivalent_standards_are_symmetric() -> None:
    assert is_same_standard("DIN 933", "ISO 4017")
    assert is_same_standard("ISO 4017", "DIN 933")
    assert not is_same_standard("DIN 933", "ISO 4014")
