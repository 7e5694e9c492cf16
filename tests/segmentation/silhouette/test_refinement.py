"""Outlines drawn where colours part, and windows of a photo that are looked at."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catalog.arrays import Mask
from segmentation.contract import Prompts
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.look import look_at
from segmentation.silhouette.refinement import refined
from segmentation.silhouette.remainder import leaves_a_part
from segmentation.silhouette.working_size import SMALLEST_SIDE, WORKING_SIDE, quickly_reduced
from tests.segmentation.drawn_parts import BLUE, disc, on_paper
from tests.segmentation.noise import noise

KEEP = Prompts(remove="")
DISC = disc(120, 160, 36)


def overlap(mask: Mask, truth: Mask) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


def vague(mask: Mask) -> np.ndarray:
    """Return beliefs that are uncertain for some pixels on both sides of a wrong outline."""
    belief: np.ndarray = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 4)
    return belief


def test_a_wrong_outline_is_moved_to_where_the_colours_part() -> None:
    belief = vague(disc(120, 160, 33))
    flat = read_evidence(on_paper(DISC)).flat
    mask = refined(belief, flat)
    assert overlap(mask, DISC) > 0.94
    assert overlap(belief > 0.5, DISC) < 0.86
    np.testing.assert_array_equal(refined(belief, flat), mask)


def test_where_nothing_is_likely_nothing_is_part() -> None:
    flat = read_evidence(on_paper(DISC)).flat
    assert not refined(np.full(DISC.shape, 0.3, np.float32), flat).any()


def test_without_any_background_what_is_likely_stays() -> None:
    flat = read_evidence(on_paper(DISC)).flat
    assert refined(np.ones(DISC.shape, np.float32), flat).all()


def test_colours_that_say_nothing_do_not_take_the_part_away() -> None:
    belief = vague(DISC)
    mask = refined(belief, np.zeros((*DISC.shape, 3), np.float32))
    assert overlap(mask, DISC) > 0.5


# -- what is left beside clutter ------------------------------------------------------------------


def test_clutter_may_go_where_a_part_is_left() -> None:
    part, clutter = disc(120, 160, 25, (0.25, 0.5)), disc(120, 160, 25, (0.75, 0.5))
    evidence = read_evidence(on_paper(part | clutter, BLUE))
    assert leaves_a_part(clutter, evidence)
    assert not leaves_a_part(part | clutter, evidence)
    assert not leaves_a_part(clutter, read_evidence(on_paper(clutter, BLUE)))


def test_a_shadow_is_not_what_is_left() -> None:
    clutter = disc(120, 160, 25, (0.75, 0.5))
    cast = cv2.GaussianBlur(disc(120, 160, 25, (0.25, 0.5)).astype(np.float32), (0, 0), 6)
    image = (on_paper(clutter, BLUE) * (1 - 0.35 * cast[..., None])).astype(np.uint8)
    assert not leaves_a_part(clutter, read_evidence(image))


# -- the window -----------------------------------------------------------------------------------


def test_a_small_part_is_looked_at_more_closely() -> None:
    image = on_paper(disc(600, 800, 40, (0.3, 0.4)))
    look = look_at(image, KEEP)
    assert look is not None
    rows, columns = look.window
    assert rows.start < 200
    assert rows.stop > 280
    assert columns.start < 200
    assert columns.stop > 280
    assert columns.stop - columns.start < 300
    np.testing.assert_array_equal(look.pixels, image[look.window])
    assert not look.clutter.any()


def test_a_part_that_fills_the_photo_is_looked_at_whole() -> None:
    image = on_paper(disc(600, 800, 270))
    look = look_at(image, KEEP)
    assert look is not None
    assert look.pixels is image
    assert max(look.evidence.edge.shape) == WORKING_SIDE


@pytest.mark.parametrize("shape", [(1, 1), (SMALLEST_SIDE - 1, 90), (3000, 40)])
def test_too_small_photos_show_no_part(shape: tuple[int, int]) -> None:
    assert look_at(np.full((*shape, 3), 200, np.uint8), KEEP) is None


@pytest.mark.parametrize("side", [900, 300], ids=["halved", "not halved"])
def test_quick_reduction_is_nearly_the_exact_one(side: int) -> None:
    image = noise(side, side * 3 // 4, seed=1, smooth=4)
    small = quickly_reduced(image, WORKING_SIDE)
    height, width = small.shape[:2]
    exact = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    assert max(height, width) == WORKING_SIDE
    assert np.abs(small.astype(int) - exact).mean() < 2
    tiny = image[:50, :60]
    np.testing.assert_array_equal(quickly_reduced(tiny, WORKING_SIDE), tiny)
