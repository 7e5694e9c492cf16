"""From a mask to a picture: nothing of the ground, all of the part, its shape kept."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import Mask
from segmentation.crop import GROUND, crop

SIDES = st.integers(1, 60)


def test_the_part_is_whole_and_the_ground_is_neutral() -> None:
    image = np.full((80, 120, 3), (250, 10, 10), np.uint8)
    image[30:60, 20:90] = (20, 90, 40)
    mask = np.zeros((80, 120), bool)
    mask[30:60, 20:90] = True
    cut = crop(image, mask)
    assert cut.shape[0] == cut.shape[1]
    green: Mask = np.abs(cut.astype(int) - (20, 90, 40)).max(axis=2) < 12
    rows, columns = np.flatnonzero(green.any(axis=1)), np.flatnonzero(green.any(axis=0))
    assert abs((columns[-1] - columns[0] + 1) - 70) <= 4
    assert abs((rows[-1] - rows[0] + 1) - 30) <= 4
    assert (cut[0] == GROUND).all()
    assert (cut[..., 0] <= GROUND + 3).all()  # nothing of the red table


def test_a_hole_shows_the_ground() -> None:
    image = np.zeros((60, 60, 3), np.uint8)
    mask = np.zeros((60, 60), bool)
    mask[10:50, 10:50] = True
    mask[24:36, 24:36] = False
    cut = crop(image, mask)
    middle = len(cut) // 2
    assert (cut[middle, middle] == GROUND).all()


@given(SIDES, SIDES, st.data())
def test_any_mask_gives_a_square_that_holds_it(
    height: int, width: int, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, height - 1))
    column = data.draw(st.integers(0, width - 1))
    mask = np.zeros((height, width), bool)
    mask[row:, column:] = True
    cut = crop(np.zeros((height, width, 3), np.uint8), mask)
    assert cut.dtype == np.uint8
    assert cut.shape[0] == cut.shape[1] > max(height - row, width - column)
    assert cut.min() < GROUND
