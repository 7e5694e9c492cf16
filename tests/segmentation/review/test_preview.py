"""Pictures of what was cut: the part outlined, and what is embedded beside it."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import RgbImage
from segmentation.crop import GROUND
from segmentation.cutter import Cut
from segmentation.review.preview import before_after, outlined
from tests.segmentation.threshold import found_in, photo

PHOTO = photo()
MASK = np.zeros((120, 160), bool)
MASK[40:90, 60:100] = True
SIDE = 160


def has_outline(picture: RgbImage) -> bool:
    """Return whether anything is magenta."""
    red, green, blue = np.moveaxis(picture.astype(int), -1, 0)
    return bool(((red - green > 60) & (blue - green > 20)).any())


def test_the_part_keeps_its_colours_the_ground_pales_and_the_photo_is_left_alone() -> None:
    before = PHOTO.copy()
    picture = outlined(PHOTO, MASK)
    np.testing.assert_array_equal(PHOTO, before)
    np.testing.assert_array_equal(picture[50:80, 70:90], PHOTO[50:80, 70:90])
    assert (picture[:30] > PHOTO[:30]).all()
    assert has_outline(picture)


def test_nothing_found_leaves_the_photo_as_it_is() -> None:
    assert outlined(PHOTO, np.zeros_like(MASK)) is PHOTO


def test_photo_and_crop_stand_side_by_side() -> None:
    crop = np.full((40, 40, 3), GROUND, np.uint8)
    pair = before_after(PHOTO, Cut((crop, PHOTO), segmentation=found_in(MASK)), SIDE)
    assert pair.shape == (SIDE, 2 * SIDE + 8, 3)
    left, right = pair[:, :SIDE], pair[:, -SIDE:]
    assert has_outline(left)
    assert (left[:20] == 255).all()  # a photo of 120 rows in a square of 160
    assert (right == GROUND).all()


@pytest.mark.parametrize("reason", ["unsure", "full_by_setting"])
def test_what_was_refused_is_still_outlined(reason: str) -> None:
    pair = before_after(PHOTO, Cut((PHOTO,), reason, found_in(MASK)), SIDE)
    right = pair[:, -SIDE:]
    assert has_outline(pair[:, :SIDE])
    assert not has_outline(right)
    # Where the setting alone wants full photos, what would be cut is shown: a square on its ground.
    assert (right[0, 0] == (GROUND if reason == "full_by_setting" else 255)).all()


def test_a_photo_that_was_not_segmented_stands_twice() -> None:
    pair = before_after(PHOTO, Cut((PHOTO,), "not_needed"), SIDE)
    np.testing.assert_array_equal(pair[:, :SIDE], pair[:, -SIDE:])
