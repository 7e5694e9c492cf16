"""Masks that the part could have, from floods and from outlines."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.candidates import candidates, rough_guess
from tests.segmentation.drawn_parts import BLUE, PAPER, disc, on_paper

DISC = disc(120, 160, 30)


def overlap(mask: Mask, truth: Mask) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


def test_every_candidate_is_a_mask_and_most_are_the_part() -> None:
    masks = candidates(read_evidence(on_paper(DISC)))
    assert masks.shape == (12, 120, 160)
    assert set(np.unique(masks)) == {0, 1}
    overlaps = [overlap(mask > 0, DISC) for mask in masks]
    assert np.median(overlaps) > 0.9
    assert min(overlaps) > 0.75


def test_a_hole_that_shows_the_background_is_no_part() -> None:
    ring = DISC & ~disc(120, 160, 14)
    floods = candidates(read_evidence(on_paper(ring)))[:10]
    middle = floods[:, 56:64, 76:84]
    assert middle.mean() < 0.2
    assert floods[:, DISC & ~disc(120, 160, 17)].mean() > 0.8


def test_an_outline_alone_encloses_a_part_of_the_background_s_colour() -> None:
    rim = DISC & ~disc(120, 160, 26)
    outlines = candidates(read_evidence(on_paper(rim)))[10:]
    assert all(overlap(mask > 0, DISC) > 0.85 for mask in outlines)


def shaded_disc() -> RgbImage:
    """Return a dark disc with a wide, soft shadow to its right."""
    cast = cv2.GaussianBlur(disc(120, 160, 26, (0.62, 0.5)).astype(np.float32), (0, 0), 8)
    image = on_paper(np.zeros((120, 160), bool)) * (1 - 0.4 * cast[..., None])
    part = on_paper(DISC, BLUE)
    return np.where(DISC[..., None], part, image).astype(np.uint8)


def test_a_soft_shadow_is_flooded() -> None:
    shadow = disc(120, 160, 26, (0.66, 0.5)) & ~disc(120, 160, 34)
    floods = candidates(read_evidence(shaded_disc()))[:10]
    assert floods[:, shadow].mean() < 0.3
    assert floods[:, disc(120, 160, 26)].mean() > 0.95


def test_a_rough_guess_holds_the_part_without_specks() -> None:
    image = on_paper(DISC)
    image[8:12, 8:12] = (60, 60, 60)
    guess = rough_guess(read_evidence(image))
    assert guess[DISC].mean() > 0.97
    assert not guess[:20, :20].any()


def test_empty_paper_has_no_candidate() -> None:
    image = np.full((60, 80, 3), PAPER, np.uint8)
    evidence = read_evidence(image)
    assert not candidates(evidence).any()
    assert not rough_guess(evidence).any()
