"""What a part is, its payload, and its id."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalog.parts import (
    MeasuredSize,
    Part,
    View,
    ViewSegmentation,
    from_payload,
    part_key,
    point_id,
    row_files,
    to_payload,
    views_of,
)

TEXT = st.text(min_size=1, max_size=20)

SEGMENTATIONS = st.builds(
    ViewSegmentation,
    used=st.sampled_from(["crop", "full", "both"]),
    reason=st.sampled_from(["", "not_needed"]),
    score=st.none() | st.floats(0, 1),
    box=st.none() | st.tuples(*[st.integers(0, 99)] * 4),
    measured=st.none()
    | st.builds(MeasuredSize, *[st.floats(0, 99)] * 4, marks=st.integers(13, 99)),
)

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
        st.builds(
            View,
            TEXT,
            TEXT,
            st.integers(1, 9),
            st.integers(1, 9),
            st.tuples(TEXT),
            st.none() | SEGMENTATIONS,
        )
    ).map(tuple),
    source_hash=TEXT,
)


@given(PARTS)
def test_a_payload_gives_the_part_back(part: Part) -> None:
    assert from_payload({**to_payload(part), "rev": 3, "clusters": {"a": 1}}) == part


@given(PARTS)
def test_a_payload_holds_nothing_empty(part: Part) -> None:
    assert all(value not in (None, "", [], {}) for value in to_payload(part).values())


VIEWS = (
    View(
        "a.png",
        "a" * 64,
        1600,
        1200,
        ("tiny",),
        ViewSegmentation(
            column="yes",
            used="both",
            score=0.9312,
            label="part",
            box=(10, 20, 300, 400),
            area=0.1042,
            measured=MeasuredSize(30.02, 12.5, 0.81, 0.125, 61),
            by="review",
            prompt="nut .",
        ),
    ),
    View("b.png", "b" * 64, 640, 480, (), ViewSegmentation(used="full", reason="not_needed")),
    View("c.png", "c" * 64, 640, 480, (), ViewSegmentation(used="full", score=0.0, area=0.0)),
    View("d.png", "d" * 64, 1, 1, (), ViewSegmentation(column="no")),
    View("e.png", "e" * 64, 640, 480),
)
STORED_VIEWS = (
    '[{"file": "a.png", "sha256": "' + "a" * 64 + '", "width": 1600, "height": 1200, "notes": '
    '["tiny"], "segmentation": {"column": "yes", "used": "both", "score": 0.9312, "label": "part", '
    '"box": [10, 20, 300, 400], "area": 0.1042, "measured": {"length_mm": 30.02, "width_mm": 12.5, '
    '"uncertainty_mm": 0.81, "mm_per_px": 0.125, "marks": 61}, "by": "review", "prompt": "nut ."}}, '
    '{"file": "b.png", "sha256": "' + "b" * 64 + '", "width": 640, "height": 480, "segmentation": '
    '{"used": "full", "reason": "not_needed"}}, '
    '{"file": "c.png", "sha256": "' + "c" * 64 + '", "width": 640, "height": 480, "segmentation": '
    '{"used": "full", "score": 0.0, "area": 0.0}}, '
    '{"file": "d.png", "sha256": "' + "d" * 64 + '", "width": 1, "height": 1, "segmentation": '
    '{"column": "no"}}, '
    '{"file": "e.png", "sha256": "' + "e" * 64 + '", "width": 640, "height": 480}]'
)
"""As every catalogue so far keeps them: byte for byte."""


def test_stored_views_are_written_and_read_as_ever() -> None:
    payload = to_payload(Part("1", views=VIEWS))
    assert json.dumps(payload["views"]) == STORED_VIEWS
    assert views_of({"views": json.loads(STORED_VIEWS)}) == VIEWS
    assert from_payload({"part_number": "1", "views": json.loads(STORED_VIEWS)}).views == VIEWS
    assert views_of({"part_number": "1"}) == ()


def test_what_a_newer_version_wrote_besides_is_ignored() -> None:
    stored = json.loads(STORED_VIEWS)
    stored[0] |= {"depth": 3}
    stored[0]["segmentation"] |= {"model": "new"}
    stored[0]["segmentation"]["measured"] |= {"height_mm": 2.0}
    assert views_of({"views": stored}) == VIEWS


def test_a_view_embedded_twice_has_a_second_row_after_all_first_ones() -> None:
    assert row_files(VIEWS) == ["a.png", "b.png", "c.png", "d.png", "e.png", "a.png"]


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
