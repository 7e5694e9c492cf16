from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.hands import find_hands
from segmentation.silhouette.working_size import WORKING_SIDE
from tests.segmentation.drawn_hands import TONES, Handed, with_hand


def hands_in(image: RgbImage) -> Mask:
    small = long_side_at_most(image, WORKING_SIDE)
    hands = find_hands(image, read_evidence(small))
    assert hands.shape == small.shape[:2]
    full = cv2.resize(hands.astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0)


def table_with_part(
    seed: int, colour: tuple[int, int, int] = (40, 60, 110)
) -> tuple[RgbImage, Mask]:
    part = np.zeros((320, 320), bool)
    part[110:210, 100:220] = True
    photo = np.full((320, 320, 3), (128, 130, 134), np.float64)
    photo[part] = colour
    photo += np.random.default_rng(seed).normal(scale=2, size=photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8), part


def handed(seed: int, tone: str) -> tuple[Handed, Mask]:
    photo, part = table_with_part(seed)
    return with_hand(photo, part, np.random.default_rng(seed), tone, holds=True), part


def test_hands_that_hold_the_part_are_found_and_the_part_stays() -> None:
    hits = []
    for seed in range(12):
        drawn, part = handed(seed, "light")
        hand = hands_in(drawn.image)
        hits.append((hand & drawn.hand).sum() > 0.9 * drawn.hand.sum())
        assert (hand & part & ~drawn.hand).sum() < 0.03 * part.sum()
    assert np.mean(hits) >= 0.5


@pytest.mark.parametrize("tone", TONES)
def test_nothing_beside_a_hand_is_taken(tone: str) -> None:
    for seed in range(3):
        drawn, _ = handed(seed, tone)
        hand = hands_in(drawn.image)
        assert (hand & ~drawn.hand).sum() < 0.05 * drawn.hand.sum()


def test_a_hand_alone_stays() -> None:
    seed = next(seed for seed in range(12) if hands_in(handed(seed, "light")[0].image).any())
    blank = np.full((320, 320, 3), (128, 130, 134), np.uint8)
    _, part = table_with_part(seed)
    drawn = with_hand(blank, part, np.random.default_rng(seed), "light", holds=True)
    assert not hands_in(drawn.image).any()


def test_a_part_of_the_hands_colour_is_not_taken_with_it_for_its_shadow() -> None:
    for seed in range(8):
        photo, part = table_with_part(seed, (190, 128, 104))
        cast = cv2.GaussianBlur(np.roll(part, (24, -36), (0, 1)).astype(np.float32), (0, 0), 9)
        shaded = (photo * (1 - 0.45 * cast * ~part)[..., None]).astype(np.uint8)
        drawn = with_hand(shaded, part, np.random.default_rng(seed), "light", holds=True)
        left = part & ~drawn.hand & ~hands_in(drawn.image)
        assert left.sum() > 0.9 * (part & ~drawn.hand).sum()


@pytest.mark.parametrize("colour", [(150, 100, 60), (184, 115, 51), (120, 60, 40), (200, 60, 50)])
def test_wood_copper_rust_and_red_bars_over_the_border_stay(colour: tuple[int, int, int]) -> None:
    photo, _ = table_with_part(0)
    round_bar = np.sqrt(1 - np.linspace(-1, 1, 80) ** 2)[None, :, None]
    lit = np.array(colour) * (0.45 + 0.6 * round_bar)
    photo[210:, 120:200] = np.clip(lit, 0, 255).astype(np.uint8)
    assert not hands_in(photo).any()


def test_scenes_without_hands_lose_nothing() -> None:
    for part in draw_up_parts(12, seed=22):
        assert not hands_in(draw_scene(part, photo_seed(part, 0, 22)).image).any()


def test_hands_are_found_in_photos(shared: Path) -> None:
    folder = shared / "data" / "car_parts_dev" / "images"
    for name in ("car-0140", "car-0471", "car-0977", "car-1651", "car-2483"):
        assert hands_in(np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB"))).any()
