"""What a part is, its payload, and its id."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalog.parts import Part, View, from_payload, part_key, point_id, to_payload

TEXT = st.text(min_size=1, max_size=20)

PARTS = st.builds(
    Part,
    part_number=TEXT,
    name_de=st.none() | TEXT,
    name_en=st.none() | TEXT,
    name_origin=st.dictionaries(
        st.sampled_from(["de", "en"]), st.sampled_from(["given", "filled", "translated"])
    ),
    weight_kg=st.none() | st.floats(0.001, 1000),
    attributes=st.dictionaries(TEXT, TEXT | st.floats(0, 10) | st.lists(TEXT, min_size=1)),
    views=st.lists(
        st.builds(View, TEXT, TEXT, st.integers(1, 9), st.integers(1, 9), st.tuples(TEXT))
    ).map(tuple),
    source_hash=TEXT,
)


@given(PARTS)
def test_a_payload_gives_the_part_back(part: Part) -> None:
    assert from_payload({**to_payload(part), "rev": 3, "clusters": {"a": 1}}) == part


@given(PARTS)
def test_a_payload_holds_nothing_empty(part: Part) -> None:
    assert all(value not in (None, "", [], {}) for value in to_payload(part).values())


@given(st.text(max_size=30))
def test_the_key_is_the_same_however_the_number_is_composed(number: str) -> None:
    assert part_key(unicodedata.normalize("NFD", number)) == part_key(number)
    assert part_key(part_key(number)) == part_key(number)


def test_a_part_number_stays_as_written() -> None:
    assert [part_key(n) for n in ("007", "2004E205", "1.10", "a B\u00a0c ")] == [
        "007",
        "2004E205",
        "1.10",
        "a B c",
    ]


def test_ids_belong_to_a_catalogue() -> None:
    assert point_id("parts", "Ä1") == point_id("parts", "A\u03081")
    assert point_id("parts", "1") != point_id("other", "1")
    assert str(point_id("parts", "4711")) == "d54c7785-fa22-57cd-9063-753400e25e48"
