"""What lengths of marks say: millimetres, another ruler, or nothing."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.ruler.marks import Comb, Marks, counting, is_metric, read_comb, read_marks
from segmentation.ruler.strips import bands
from tests.segmentation.drawn_rulers import (
    MarkLength,
    grid,
    half_centimetres,
    metric,
    photo_with_ruler,
    sixteenths,
)

NUMBERS = np.arange(37)


def lengths(length_of: MarkLength, first: int = 0, pixels: float = 8.0) -> np.ndarray:
    return np.array([length_of(int(number) + first) for number in NUMBERS]) * pixels


@given(st.integers(0, 9), st.floats(3, 30))
def test_a_metric_ruler_is_one_wherever_its_marks_begin(first: int, pixels: float) -> None:
    assert is_metric(NUMBERS, lengths(metric, first, pixels))


@pytest.mark.parametrize("length_of", [sixteenths, half_centimetres, grid])
@pytest.mark.parametrize("first", [0, 3])
def test_other_rulers_are_not_metric(length_of: MarkLength, first: int) -> None:
    assert not is_metric(NUMBERS, lengths(length_of, first))


def test_marks_that_lie_under_the_part_do_not_hide_millimetres() -> None:
    covered = lengths(metric)
    covered[11:15] = 4.0
    assert is_metric(NUMBERS, covered)
    covered[11:24] = 4.0
    assert not is_metric(NUMBERS, covered)


def test_marks_are_counted_on_every_ruler_and_not_on_threads() -> None:
    assert counting(NUMBERS, lengths(metric)) > 0.5
    assert counting(NUMBERS, lengths(sixteenths)) > 0.5
    assert counting(NUMBERS, lengths(grid)) == 0
    uneven = lengths(grid) + np.random.default_rng(0).normal(0, 4, len(NUMBERS))
    assert counting(NUMBERS, uneven) < 0.5


def best_comb(length_of: MarkLength) -> Comb:
    combs = [
        comb
        for band in chain.from_iterable(bands(photo_with_ruler(8.0, length_of)))
        if (comb := read_comb(band)) is not None
    ]
    return max(combs, key=lambda comb: len(comb.numbers))


def test_a_comb_is_read_off_a_band_of_marks() -> None:
    comb = best_comb(metric)
    assert comb.distance == pytest.approx(8.0, rel=0.01)
    assert len(comb.numbers) == len(comb.places) == len(comb.lengths) > 60
    assert (np.diff(comb.numbers) > 0).all()
    np.testing.assert_allclose(np.diff(comb.places) / np.diff(comb.numbers), 8, atol=0.8)
    assert comb.uncertainty < 0.02
    assert is_metric(comb.numbers, comb.lengths)


def test_a_comb_of_one_length_gives_no_millimetres() -> None:
    comb = best_comb(grid)
    assert not is_metric(comb.numbers, comb.lengths)
    photo_bands = chain.from_iterable(bands(photo_with_ruler(8.0, grid)))
    assert all(read_marks(band) is None for band in photo_bands)


def test_marks_under_a_mask_are_counted_also_beside_the_photo() -> None:
    places = np.array([(5.0, 5.0), (15.2, 5.0), (25.0, 5.4), (99.0, 5.0)])
    marks = Marks(10.0, 0.01, places)
    mask = np.zeros((10, 30), bool)
    mask[:, :16] = True
    assert marks.share_under(mask) == 0.5
    mask[:, -1] = True
    assert marks.share_under(mask) == 0.75
