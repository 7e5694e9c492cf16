from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UnknownName, UsageError
from catalog.store.filters import (
    AnyOf,
    Between,
    Condition,
    Either,
    Equals,
    Every,
    HasVector,
    IsMissing,
    Not,
)
from search.queries.filters_text import parse_filter, parse_filters


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("family=Bolts", Equals("family", "Bolts")),
        ("family = Nuts and bolts ", Equals("family", "Nuts and bolts")),
        ("family=Bolts,Nuts", AnyOf("family", ("Bolts", "Nuts"))),
        ("family!=Bolts", Not(Equals("family", "Bolts"))),
        ("part_number=0815", Equals("part_number", "0815")),
        ("thread=M8", Equals("attributes.thread", "M8")),
        ("attributes.thread=M8", Equals("attributes.thread", "M8")),
        ("weight_kg>=1.5", Between("weight_kg", low=1.5)),
        ("weight_kg<=2", Between("weight_kg", high=2.0)),
        ("weight_kg=1..5", Between("weight_kg", 1.0, 5.0)),
        ("measured.length_mm=30..40", Between("measured.length_mm", 30.0, 40.0)),
        ("has=measured", Not(IsMissing("measured"))),
        ("length_mm=..40", Between("attributes.length_mm", None, 40.0)),
        ("voltage_v=24", Between("attributes.voltage_v", 24.0, 24.0)),
        (
            "voltage_v=12,24",
            Either(
                (
                    Between("attributes.voltage_v", 12.0, 12.0),
                    Between("attributes.voltage_v", 24.0, 24.0),
                )
            ),
        ),
        ("clusters.run-1=3", Between("clusters.run-1", 3.0, 3.0)),
        ("has=image", HasVector("image")),
        ("has=family", Not(IsMissing("family"))),
        ("has!=image", Not(HasVector("image"))),
    ],
)
def test_filters_read_as_written(text: str, condition: Condition) -> None:
    assert parse_filter(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        "",
        "family",
        "family=",
        "family=,",
        "=x",
        "family>=Bolts",
        "weight_kg=heavy",
        "weight_kg=nan",
        "weight_kg=1,5kg",
        "weight_kg=..",
        "weight_kg>1",
        "has>=image",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_filter(text)


@pytest.mark.parametrize("text", ["famly=Bolts", "has=wings", "colour=red", "measured.depth_mm=5"])
def test_unknown_keys_are_named(text: str) -> None:
    with pytest.raises(UnknownName, match="Known"):
        parse_filter(text)


def test_several_filters_all_hold() -> None:
    assert parse_filters(["family=a", "has=image"]) == Every(
        (Equals("family", "a"), HasVector("image"))
    )
    assert parse_filters([]) is None


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        parse_filter(text)
