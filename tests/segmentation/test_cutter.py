"""Cutting: masks are checked and kept, and whatever goes wrong costs one photo's crop alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.arrays import RgbImage
from catalog.images.preparation import Preparation
from segmentation.choices import Choice
from segmentation.contract import Prompts, Segmentation
from segmentation.crop import GROUND
from segmentation.cutter import Cutter, Photo
from segmentation.mask_cache import MaskCache
from segmentation.pictures import Pictures
from tests.segmentation.drawn_rulers import photo_with_ruler
from tests.segmentation.threshold import Broken, Gives, Threshold, found_in, photo

BRIGHT = np.full((50, 60, 3), 255, np.uint8)


def _reasons(cutter: Cutter, *photos: Photo) -> list[str]:
    return [cut.reason for cut in cutter.cut(photos)]


def test_a_crop_shows_the_part_alone() -> None:
    [cut] = Cutter(Threshold()).cut([Photo(photo())])
    assert (cut.reason, len(cut.pictures)) == ("", 1)
    [picture] = cut.pictures
    assert picture.shape[0] == picture.shape[1] < 70
    assert (picture[0] == GROUND).all()


@pytest.mark.parametrize(("use", "count"), [("crop", 1), ("both", 2), ("full", 1)])
def test_what_is_embedded_is_a_setting(use: Any, count: int) -> None:
    image = photo()
    [cut] = Cutter(Threshold(), use=use).cut([Photo(image)])
    assert len(cut.pictures) == count
    assert (cut.pictures[-1] is image) == (use != "crop")
    assert cut.reason == ("full_by_setting" if use == "full" else "")


def test_a_bad_photo_in_a_batch_costs_its_own_crop() -> None:
    photos = [Photo(photo()), Photo(BRIGHT), Photo(photo((20, 20, 60, 60)))]
    cuts = Cutter(Threshold()).cut(photos)
    assert [cut.reason for cut in cuts] == ["", "segmenter_failed", ""]
    assert cuts[1].pictures[0] is BRIGHT
    assert cuts[1].detail == "RuntimeError: nothing dark anywhere"


def test_a_segmenter_that_always_fails_leaves_the_full_photos() -> None:
    assert _reasons(Cutter(Broken()), Photo(photo()), Photo(BRIGHT)) == ["segmenter_failed"] * 2


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "a mask",
        Segmentation(np.full((120, 160), np.nan), (0, 0, 9, 9), 0.5, ""),
        Segmentation(np.ones((3, 3), bool), (0, 0, 3, 3), 0.5, ""),
    ],
    ids=["none", "text", "nan", "odd shape"],
)
def test_nonsense_is_named_and_never_kept(nonsense: Any, tmp_path: Path) -> None:
    cutter = Cutter(Gives(nonsense), cache=MaskCache(tmp_path))
    assert _reasons(cutter, Photo(photo(), "abc")) == ["nonsense"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((40, 40, 3), np.uint8),
        np.zeros((1, 640, 3), np.uint8),
    ],
    ids=["one pixel", "one colour", "one row"],
)
def test_hopeless_photos_are_used_whole(image: RgbImage) -> None:
    [cut] = Cutter(Threshold()).cut([Photo(image)])
    assert cut.reason == "nearly_everything"
    assert cut.pictures == (image,)


def test_no_photo_is_segmented_twice(tmp_path: Path) -> None:
    first, second = Threshold(), Threshold()
    photos = [Photo(photo(), "a"), Photo(photo((20, 20, 60, 60)), "b"), Photo(photo())]
    cuts = Cutter(first, cache=MaskCache(tmp_path)).cut(photos)
    again = Cutter(second, cache=MaskCache(tmp_path)).cut(photos)
    assert (first.asked, second.asked) == (3, 1)  # the last one has no file to know it by
    assert [cut.is_cached for cut in again] == [True, True, False]
    for one, other in zip(cuts, again, strict=True):
        np.testing.assert_array_equal(one.pictures[0], other.pictures[0])


def test_choices_decide_and_prompts_reach_the_segmenter(tmp_path: Path) -> None:
    segmenter = Threshold()
    cutter = Cutter(segmenter, Prompts("part ."), needs=lambda _: False, cache=MaskCache(tmp_path))
    photos = [
        Photo(photo(), "a"),
        Photo(photo(), "a", Choice("no", "column")),
        Photo(photo(), "a", Choice("yes", "column")),
        Photo(photo(), "a", Choice("yes", "review", "nut .")),
        Photo(photo(), "a", Choice("no", "review")),
    ]
    assert _reasons(cutter, *photos) == ["not_needed", "column", "", "", "review"]
    assert [prompts.part for prompts in segmenter.prompts] == ["part .", "nut ."]
    assert _reasons(cutter, *photos) == ["not_needed", "column", "", "", "review"]
    assert segmenter.asked == 2


def test_a_query_is_cut_as_a_stored_view_is() -> None:
    large = np.repeat(np.repeat(photo(), 10, axis=0), 10, axis=1)
    cutter = Cutter(Threshold(), use="both")
    cropped, full = Pictures(Preparation(), 32, 10**6, cutter).of_query(large)
    assert cropped.shape == (32, 32, 3)
    assert full.shape == (32, 43, 3)


def test_a_segmenter_that_grades_its_masks_is_taken_at_its_word() -> None:
    mask = np.zeros((120, 160), bool)
    mask[40:90, 60:100] = True
    graded = Gives(found_in(mask, score=0.6))
    assert _reasons(Cutter(graded), Photo(photo())) == [""]
    graded.least_score = 0.7
    assert _reasons(Cutter(graded), Photo(photo())) == ["unsure"]
    graded.given = found_in(mask, score=0.7)
    assert _reasons(Cutter(graded), Photo(photo())) == [""]


def test_a_ruler_that_was_taken_for_the_part_is_refused() -> None:
    image = photo_with_ruler(6)  # its strip lies in rows 80 to 140
    strip, part = np.zeros((640, 640), bool), np.zeros((640, 640), bool)
    strip[80:140, 60:580] = True
    part[300:400, 200:400] = True
    assert _reasons(Cutter(Gives(found_in(strip))), Photo(image)) == ["ruler"]
    assert _reasons(Cutter(Gives(found_in(strip | part))), Photo(image)) == ["ruler"]
    [cut] = Cutter(Gives(found_in(part))).cut([Photo(image)])
    assert (cut.reason, cut.measured is not None) == ("", True)
    blank = np.full((640, 640, 3), 150, np.uint8)
    assert _reasons(Cutter(Gives(found_in(strip))), Photo(blank)) == [""]


def test_the_gate_has_the_last_word() -> None:
    mask = np.ones((120, 160), bool)
    [cut] = Cutter(Gives(found_in(mask))).cut([Photo(photo())])
    assert cut.reason == "nearly_everything"
    assert cut.segmentation is not None
