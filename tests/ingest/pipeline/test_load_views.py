"""The decoding step: views that can be used, and counted failures of the others."""

from __future__ import annotations

import numpy as np

from catalog.errors import ImageRejected
from catalog.images.decode import DecodedImage
from catalog.parts import Part, ViewSegmentation
from ingest.pipeline.load_views import MAX_VIEWS, ViewLoader
from ingest.pipeline.rows import PlannedRow
from ingest.pipeline.stage_clock import StageClock
from segmentation.choices import Choice


def _read(reference: str) -> bytes:
    if reference == "absent.png":
        raise ImageRejected("missing", "there is none")
    return reference.encode()


def _decode(content: bytes) -> DecodedImage:
    if content == b"broken.png":
        raise ImageRejected("corrupt", "png: no")
    return DecodedImage(np.zeros((2, 3, 3), np.uint8), 30, 20, content.hex(), ("tiny",))


LOADER = ViewLoader(_read, _decode, StageClock())


def test_views_that_can_be_used_keep_their_order_and_failures_their_reason() -> None:
    row = PlannedRow(1, Part("1"), ("a.png", "absent.png", "broken.png", "b.png"))
    loaded = LOADER.load(row)
    assert [view.view.file for view in loaded.views] == ["a.png", "b.png"]
    view = loaded.views[0].view
    assert (view.width, view.height, view.notes, view.segmentation) == (30, 20, ("tiny",), None)
    assert [(failure.reference, failure.reason) for failure in loaded.failures] == [
        ("absent.png", "missing"),
        ("broken.png", "corrupt"),
    ]
    assert loaded.source_hash


def test_views_beyond_the_most_are_not_read() -> None:
    references = tuple(f"{number}.png" for number in range(MAX_VIEWS + 2))
    loaded = LOADER.load(PlannedRow(1, Part("1"), references))
    assert len(loaded.views) == MAX_VIEWS
    assert {failure.reason for failure in loaded.failures} == {"too_many_views"}


def test_what_a_column_says_of_cutting_is_kept_what_a_person_says_is_not() -> None:
    choices = {"a.png": Choice("yes", "column"), "b.png": Choice("no", "review")}
    loaded = LOADER.load(PlannedRow(1, Part("1"), ("a.png", "b.png"), choices=choices))
    assert [view.view.segmentation for view in loaded.views] == [
        ViewSegmentation(column="yes"),
        None,
    ]


def test_a_settled_row_is_handed_on_unread() -> None:
    row = PlannedRow(1, Part("1"), ("absent.png",)).ended("skipped", "duplicate_row")
    loaded = LOADER.load(row)
    assert (loaded.planned, loaded.views, loaded.failures) == (row, (), ())
