"""The box and the window around a mask, and masks brought back to the size of their photos."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from catalog.arrays import Mask
from catalog.images.reduction import long_side_at_most
from segmentation.contract import Segmentation
from segmentation.masks import box_of, nothing_found, restored, window_of


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_a_box_holds_the_mask_and_is_no_larger(mask: Mask) -> None:
    left, top, right, bottom = box_of(mask)
    inside = mask[top:bottom, left:right]
    assert inside.sum() == mask.sum()
    if mask.any():
        assert inside[0].any()
        assert inside[-1].any()
        assert inside[:, 0].any()
        assert inside[:, -1].any()


def test_nothing_has_an_empty_box() -> None:
    nothing = nothing_found(3, 5)
    assert (nothing.mask.shape, nothing.is_empty, nothing.score) == ((3, 5), True, 0.0)
    assert box_of(nothing.mask) == nothing.box == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("margin", "rows", "columns"), [(0, (3, 5), (6, 9)), (2, (1, 7), (4, 11)), (9, (0, 8), (0, 12))]
)
def test_a_window_has_a_margin_within_the_photo(
    margin: int, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    mask = np.zeros((8, 12), bool)
    mask[3:5, 6:9] = True
    window = window_of(mask, margin)
    places = np.arange(8)[window[0]], np.arange(12)[window[1]]
    assert [(int(along[0]), int(along[-1]) + 1) for along in places] == [rows, columns]


@given(st.integers(20, 200), st.integers(20, 200))
def test_a_mask_comes_back_to_the_size_of_its_photo(height: int, width: int) -> None:
    photo = np.zeros((height, width, 3), np.uint8)
    small = long_side_at_most(photo, 64)
    mask = np.zeros(small.shape[:2], bool)
    mask[small.shape[0] // 2 :] = True
    back = restored(Segmentation(mask, box_of(mask), 0.7, "nut"), photo)
    assert back.mask.shape == (height, width)
    assert back.box == box_of(back.mask)
    assert (back.score, back.label) == (0.7, "nut")
    assert abs(back.mask.mean() - mask.mean()) < 0.05


def test_what_was_not_reduced_is_given_back_and_nothing_stays_nothing() -> None:
    photo = np.zeros((30, 40, 3), np.uint8)
    segmentation = Segmentation(np.ones((30, 40), bool), (0, 0, 40, 30), 0.5, "part")
    assert restored(segmentation, photo) is segmentation
    assert restored(nothing_found(15, 20), photo).mask.shape == (30, 40)
    assert restored(nothing_found(15, 20), photo).is_empty
