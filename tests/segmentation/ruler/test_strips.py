"""Bands of marks along long edges, and how regularly lines repeat in a row."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from segmentation.ruler.strips import (
    MOST_DISTANCE,
    bands,
    dark_lines,
    regularity,
    turn_of,
)
from tests.segmentation.drawn_rulers import photo_with_ruler
from tests.segmentation.noise import noise


def comb(distance: float, width: int = 600) -> np.ndarray:
    """Return one row of dark lines so many pixels apart."""
    row = np.zeros((1, width), np.float32)
    row[0, np.arange(5, width, distance).round().astype(int)] = 80
    return row


@pytest.mark.parametrize("distance", [4.0, 7.5, 12.0, 18.0])
def test_the_distance_of_even_lines_is_read(distance: float) -> None:
    [score], [read] = regularity(comb(distance))
    assert score > 0.3
    assert read == pytest.approx(distance, rel=0.02)


def test_noise_repeats_at_no_distance() -> None:
    rows = np.random.default_rng(0).uniform(0, 80, (8, 600)).astype(np.float32)
    scores, _ = regularity(rows)
    assert scores.shape == (8,)
    assert scores.max() < 0.25 < regularity(comb(9.0))[0][0]


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0])
def test_a_turned_photo_holds_all_of_the_photo(angle: float) -> None:
    turn, (width, height) = turn_of(300, 400, angle)
    corners = np.array([(0, 0), (400, 0), (400, 300), (0, 300)], np.float64)
    turned = corners @ turn[:, :2].T + turn[:, 2]
    assert turned.min() > -1.5
    assert turned[:, 0].max() < width + 1.5
    assert turned[:, 1].max() < height + 1.5
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    np.testing.assert_allclose(turn[:, :2] @ along, [1, 0], atol=1e-6)  # along the rows now


def test_only_narrow_dark_lines_stand_out_of_their_row() -> None:
    grey = np.full((20, 90), 200, np.uint8)
    grey[:, 20:22], grey[:, 50:75] = 60, 60
    lines = dark_lines(grey)
    assert (lines[:, 20:22] == 140).all()
    lines[:, 20:22] = 0
    assert not lines.any()


@pytest.mark.parametrize("angle", [0.0, 31.0, 90.0])
def test_a_ruler_has_a_band_at_the_distance_of_its_marks(angle: float) -> None:
    photo_bands = [*chain.from_iterable(bands(photo_with_ruler(8.0, angle=angle)))]
    best = max(photo_bands, key=lambda band: band.score)
    assert best.distance == pytest.approx(8.0, rel=0.02)
    assert best.distance < MOST_DISTANCE * best.level.grey.shape[1]
    assert 0 <= best.top < best.top + best.height <= len(best.level.grey)
    by_score = [[band.score for band in group] for group in bands(photo_with_ruler(8.0))]
    assert all(scores == sorted(scores, reverse=True) for scores in by_score)


@pytest.mark.parametrize(
    "photo",
    [np.full((300, 400, 3), 128, np.uint8), noise(300, 400, 1, 0), noise(8, 900, 1, 0)],
    ids=["grey", "noise", "low"],
)
def test_photos_without_a_ruler_have_no_band(photo: np.ndarray) -> None:
    assert not [*chain.from_iterable(bands(photo))]
