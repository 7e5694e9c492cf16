"""What a view's payload says of its cut, and which size a part has."""

from __future__ import annotations

import numpy as np

from catalog.parts import MeasuredSize, View, ViewSegmentation
from segmentation.choices import AUTO, Choice
from segmentation.cutter import Cut
from segmentation.view_segmentation import best_measured, recorded
from tests.segmentation.threshold import found_in, photo

PHOTO = photo()
MASK = np.zeros((120, 160), bool)
MASK[40:90, 60:100] = True
SIZE = MeasuredSize(30.0, 12.5, 0.8, 0.1, 60)


def view(size: MeasuredSize | None) -> View:
    return View("a.png", "a", 1, 1, (), ViewSegmentation(used="crop", measured=size))


def test_a_crop_is_told_with_its_box_in_pixels_of_the_original() -> None:
    cut = Cut((PHOTO,), segmentation=found_in(MASK, 0.98765), measured=SIZE)
    assert recorded(cut, AUTO, 1600, 600) == ViewSegmentation(
        used="crop",
        score=0.9877,
        label="dark",
        box=(600, 200, 1000, 450),
        area=0.1042,
        measured=SIZE,
    )


def test_crop_and_full_photo_are_both_used() -> None:
    cut = Cut((PHOTO, PHOTO), segmentation=found_in(MASK))
    assert recorded(cut, AUTO, 160, 120).used == "both"


def test_a_refused_mask_is_told_with_the_reason() -> None:
    record = recorded(Cut((PHOTO,), "unsure", found_in(MASK, 0.3)), AUTO, 160, 120)
    assert (record.used, record.reason, record.score) == ("full", "unsure", 0.3)
    assert record.box == (60, 40, 100, 90)


def test_without_a_mask_the_reason_stands_alone() -> None:
    cut = Cut((PHOTO,), "segmenter_failed", detail="RuntimeError: out of memory")
    assert recorded(cut, AUTO, 160, 120) == ViewSegmentation(used="full", reason="segmenter_failed")


def test_a_persons_decision_is_told_a_columns_is_not() -> None:
    cut = Cut((PHOTO,), segmentation=found_in(MASK))
    decided = recorded(cut, Choice("yes", "review", "nut ."), 160, 120)
    assert (decided.by, decided.prompt) == ("review", "nut .")
    column = recorded(Cut((PHOTO,), "column"), Choice("no", "column"), 160, 120)
    assert column == ViewSegmentation(used="full", reason="column")


def test_the_most_certain_size_is_the_parts() -> None:
    surer = MeasuredSize(31.0, 12.0, 0.5, 0.1, 60)
    never_cut = View("b.png", "b", 1, 1)
    assert best_measured([view(SIZE), never_cut, view(surer), view(None)]) == surer
    assert best_measured([never_cut, view(None)]) is None
    assert best_measured([]) is None
