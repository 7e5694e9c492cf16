from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.attributes import compare_attributes, read_attributes
from search.ranking.attribute_guard import HARD_CAP, NO_GUARD, guard


def guarded(score: float, query: str, name: str) -> float:
    comparison = compare_attributes(read_attributes(query), read_attributes(name))
    return guard(comparison).apply(score)


@pytest.mark.parametrize(
    ("query", "fitting", "other"),
    [
        ("Sechskantschraube M8", "Hex bolt M8", "Hex bolt M10"),
        ("Magnetventil 24 V", "Solenoid valve 24V", "Solenoid valve 230 V"),
        ("Türschloss links", "Door lock left", "Door lock right"),
        ("Schraube DIN 933", "Screw DIN 933", "Screw DIN 912"),
    ],
)
def test_a_conflict_ranks_below_an_unknown_and_that_below_a_match(
    query: str, fitting: str, other: str
) -> None:
    neutral = guarded(0.9, query, "Something")
    assert guarded(0.9, query, other) < neutral == 0.9 < guarded(0.9, query, fitting) <= 1


@pytest.mark.parametrize("other", ["Screw M10", "Screw M6"])
def test_what_never_fits_is_capped_in_order(other: str) -> None:
    assert guarded(1.0, "Screw M8", other) == HARD_CAP
    assert guarded(0.8, "Screw M8", other) < guarded(0.9, "Screw M8", other) < HARD_CAP


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_guard_keeps_bounds_and_order(one: float, other: float) -> None:
    low, high = sorted([one, other])
    for name in ("Bolt M8", "Bolt M10", "Bolt"):
        assert 0 <= guarded(low, "Bolt M8", name) <= guarded(high, "Bolt M8", name) <= 1


def test_what_only_one_side_states_says_nothing() -> None:
    comparison = compare_attributes(read_attributes("Motor 24 V"), read_attributes("Motor M8"))
    assert guard(comparison) == NO_GUARD


def test_it_can_tell_without_moving() -> None:
    comparison = compare_attributes(read_attributes("Screw M8"), read_attributes("Screw M10"))
    verdict = guard(comparison, moves=False)
    assert verdict.apply(0.7) == 0.7
    assert "thread" in verdict.attributes.conflicts
