"""Long straight edges of a photo, their directions and where they lie."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from segmentation.ruler.edges import directions
from tests.segmentation.noise import noise


def strip(angle: float, offset: float = 0.0, half: float = 40.0) -> NDArray[np.uint8]:
    """Return a light strip, turned clockwise by degrees, ``offset`` pixels below the photo's middle."""
    photo = np.full((480, 640), 90, np.uint8)
    centre = (320.0 - offset * np.sin(np.radians(angle)), 240 + offset * np.cos(np.radians(angle)))
    corners = cv2.boxPoints((centre, (3000.0, 2 * half), angle)).astype(np.int32)
    cv2.fillPoly(photo, [corners], 200)
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), 1), np.uint8)


@pytest.mark.parametrize("angle", [0.0, 90.0, 3.7, 31.0, 118.0, 177.0])
def test_a_strip_has_one_direction_and_two_edges(angle: float) -> None:
    [direction] = directions(strip(angle))
    assert abs((direction.angle - angle + 90) % 180 - 90) < 0.5
    np.testing.assert_allclose(np.sort(np.abs(direction.offsets)), [40, 40], atol=4)
    assert np.ptp(np.sign(direction.offsets)) == 2


def test_offsets_are_from_the_middle_of_the_photo() -> None:
    [direction] = directions(strip(0.0, offset=100))
    np.testing.assert_allclose(np.sort(direction.offsets), [60, 140], atol=4)


def test_crossing_strips_have_two_directions_the_longest_edges_first() -> None:
    [first, second] = directions(np.maximum(strip(0.0), strip(90.0)))
    assert {round(first.angle) % 180, round(second.angle) % 180} == {0, 90}


@pytest.mark.parametrize(
    "grey",
    [
        np.full((300, 400), 128, np.uint8),
        np.full((1, 1), 128, np.uint8),
        np.asarray(noise(300, 400, seed=1, smooth=0)[..., 0]),
        np.asarray(cv2.circle(np.full((300, 400), 200, np.uint8), (200, 150), 80, 40, -1)),
    ],
    ids=["grey", "pixel", "noise", "disc"],
)
def test_many_photos_have_no_long_edge(grey: NDArray[np.uint8]) -> None:
    assert directions(np.ascontiguousarray(grey)) == []
