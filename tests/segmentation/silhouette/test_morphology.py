"""Operations on masks: what is opened, filled, dropped, and how far water gets from the border."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog.arrays import Mask
from segmentation.silhouette.morphology import (
    border_of,
    disc,
    opened,
    pools,
    without_holes,
    without_specks,
)

MASKS = arrays(np.bool_, (14, 18))
EVERYWHERE = np.ones((30, 40), bool)


def box(rows: slice, columns: slice, shape: tuple[int, int] = (30, 40)) -> Mask:
    mask = np.zeros(shape, bool)
    mask[rows, columns] = True
    return mask


def basin_with_a_gate(width: int) -> Mask:
    """Return low ground with a walled yard in the middle, whose gate is so many pixels wide."""
    low = EVERYWHERE.copy()
    low[8:22, 10:30] = False
    low[11:19, 13:27] = True
    low[8:11, 20 : 20 + width] = True
    return low


def water(low: Mask, gap: int, calm: Mask = EVERYWHERE) -> Mask:
    basin = pools(low, gap, calm)
    return basin.water(basin.is_wet)


def test_water_goes_through_a_gate_that_is_wide_enough() -> None:
    assert water(basin_with_a_gate(3), 1)[15, 20]
    assert not water(basin_with_a_gate(2), 1)[15, 20]
    assert not water(basin_with_a_gate(3), 3)[15, 20]
    assert water(basin_with_a_gate(2), 1)[2, 2]


def test_water_enters_where_the_border_is_calm() -> None:
    low = ~box(slice(None), slice(18, 22))  # a wall from top to bottom
    calm = box(slice(None), slice(0, 10))
    assert water(low, 1, calm)[:, :18].all()
    assert not water(low, 1, calm)[:, 22:].any()
    assert not water(low, 1, np.zeros_like(calm)).any()


def test_pools_are_apart_and_the_yard_stays_dry() -> None:
    basin = pools(basin_with_a_gate(0), 1, EVERYWHERE)
    assert basin.is_wet.tolist() == [False, True, False]
    yard = basin.water(np.array([False, False, True]))
    np.testing.assert_array_equal(yard, box(slice(11, 19), slice(13, 27)))


@given(MASKS, st.integers(1, 3))
def test_water_never_stands_on_high_ground(low: Mask, gap: int) -> None:
    assert not (water(low, gap, np.ones_like(low)) & ~low).any()


@given(MASKS, st.integers(1, 3))
def test_opening_takes_away_only_and_once_is_enough(mask: Mask, radius: int) -> None:
    once = opened(mask, radius)
    assert not (once & ~mask).any()
    np.testing.assert_array_equal(opened(once, radius), once)


def test_a_thread_is_opened_away_and_a_body_stays() -> None:
    body, thread = box(slice(5, 15), slice(5, 15)), box(slice(10, 11), slice(15, 35))
    np.testing.assert_array_equal(opened(body | thread, 1), body)


def test_specks_are_pieces_much_smaller_than_the_largest() -> None:
    body, speck = box(slice(5, 15), slice(5, 15)), box(slice(20, 23), slice(20, 24))
    twin = box(slice(18, 28), slice(20, 30))
    np.testing.assert_array_equal(without_specks(body | speck), body)
    np.testing.assert_array_equal(without_specks(body | twin), body | twin)
    assert not without_specks(np.zeros_like(body)).any()


@given(MASKS)
def test_holes_are_filled_and_nothing_else_is(mask: Mask) -> None:
    filled = without_holes(mask)
    assert not (mask & ~filled).any()
    np.testing.assert_array_equal(without_holes(filled), filled)


def test_a_ring_becomes_a_plate() -> None:
    plate = box(slice(5, 25), slice(5, 25))
    ring = plate & ~box(slice(10, 20), slice(10, 20))
    np.testing.assert_array_equal(without_holes(ring), plate)
    open_ring = ring & ~box(slice(12, 18), slice(20, 25))
    np.testing.assert_array_equal(without_holes(open_ring), open_ring)


def test_discs_have_their_radius_and_the_border_two_pixels() -> None:
    for radius in (1, 2, 5):
        element = disc(radius)
        assert element.shape == (2 * radius + 1,) * 2
        assert element[radius].all()
        assert element[:, radius].all()
    assert not disc(5)[0, 0]
    border = border_of((10, 12))
    assert border.sum() == 120 - 6 * 8
    assert not border[2:-2, 2:-2].any()
