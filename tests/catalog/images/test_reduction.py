"""Pictures are made smaller by their long or their short side, bit by bit as they always were."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.arrays import RgbImage
from catalog.images.reduction import long_side_at_most, short_side_at_most

SIDES = st.integers(1, 90)


def random_image(height: int, width: int, seed: int) -> RgbImage:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def as_stored_masks_were_made(image: RgbImage, longest: int) -> RgbImage:
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA))


def as_stored_crops_were_made(image: RgbImage, side: int) -> RgbImage:
    share = side / min(image.shape[:2])
    if share >= 1:
        return image
    height, width = (max(1, round(length * share)) for length in image.shape[:2])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


@settings(max_examples=60)
@given(SIDES, SIDES, st.integers(1, 70), st.integers(0, 99))
def test_results_are_those_that_catalogues_were_built_with(
    height: int, width: int, side: int, seed: int
) -> None:
    image = random_image(height, width, seed)
    for given_image in (image, image[::-1, ::2]):
        np.testing.assert_array_equal(
            long_side_at_most(given_image, side), as_stored_masks_were_made(given_image, side)
        )
        np.testing.assert_array_equal(
            short_side_at_most(given_image, side), as_stored_crops_were_made(given_image, side)
        )


@pytest.mark.parametrize(
    ("shape", "by_long", "by_short"),
    [
        ((300, 900), (33, 100), (100, 300)),
        ((900, 300), (100, 33), (300, 100)),
        ((500, 500), (100, 100), (100, 100)),
        ((90, 900), (10, 100), (90, 900)),
        ((1, 900), (1, 100), (1, 900)),
    ],
)
def test_one_side_is_met_and_the_shape_kept(
    shape: tuple[int, int], by_long: tuple[int, int], by_short: tuple[int, int]
) -> None:
    image = random_image(*shape, seed=0)
    assert long_side_at_most(image, 100).shape[:2] == by_long
    assert short_side_at_most(image, 100).shape[:2] == by_short


def test_nothing_is_enlarged_or_copied_for_nothing() -> None:
    image = random_image(40, 60, seed=0)
    assert long_side_at_most(image, 60) is image
    assert short_side_at_most(image, 40) is image


def test_a_pixel_is_the_mean_of_its_area() -> None:
    stripes = np.zeros((40, 40, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (long_side_at_most(stripes, 20) == 100).all()
