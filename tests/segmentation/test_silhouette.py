from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import Scene, draw_scene
from partscope.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation
from segmentation.silhouette import create

KEEP = Prompts(remove="")
TAKE = Prompts(remove="ruler . measuring tape .")


def look(image: RgbImage, prompts: Prompts = KEEP) -> Segmentation:
    (found,) = create().segment([image], prompts)
    return found


def overlap(found: Mask, truth: Mask) -> float:
    return float((found & truth).sum() / (found | truth).sum())


def disc(height: int, width: int, radius: float, at: tuple[float, float] = (0.5, 0.5)) -> Mask:
    y, x = np.mgrid[0:height, 0:width]
    inside: Mask = (x - width * at[0]) ** 2 + (y - height * at[1]) ** 2 < radius**2
    return inside


def on_paper(mask: Mask, colour: tuple[int, int, int] = (90, 92, 96), seed: int = 0) -> RgbImage:
    image = np.full((*mask.shape, 3), 225.0)
    image[mask] = colour
    image += np.random.default_rng(seed).normal(scale=2, size=image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def scenes(count: int, ruler_share: float) -> list[Scene]:
    parts = list(draw_up_parts(count, seed=11))
    rngs = [photo_seed(part, 0, 11) for part in parts]
    return [
        draw_scene(part, rng, ruler_share=ruler_share, clutter_share=0)
        for part, rng in zip(parts, rngs, strict=True)
    ]


def test_finds_a_part_and_keeps_its_hole() -> None:
    ring = disc(240, 320, 80) & ~disc(240, 320, 40)
    found = look(on_paper(ring))
    assert overlap(found.mask, ring) > 0.9
    assert not found.mask[120, 160]
    np.testing.assert_allclose(found.box, (80, 40, 240, 200), atol=3)


def test_soft_shadow_is_not_the_part() -> None:
    part = disc(240, 320, 50)
    image = on_paper(part, (150, 40, 30)).astype(np.float32)
    cast = cv2.GaussianBlur(disc(240, 320, 50, (0.6, 0.6)).astype(np.float32), (0, 0), 9)
    image *= 1 - 0.5 * (cast * ~part)[..., None]
    assert overlap(look(image.astype(np.uint8)).mask, part) > 0.9


def test_light_that_falls_off_is_not_the_part() -> None:
    part = disc(240, 320, 50)
    fall = np.linspace(1.1, 0.5, 320)[None, :, None]
    lit = np.clip(on_paper(part, (40, 60, 150)) * fall, 0, 255).astype(np.uint8)
    assert overlap(look(lit).mask, part) > 0.9


def test_several_parts_are_all_found_and_a_speck_is_not() -> None:
    parts = disc(300, 400, 40, (0.3, 0.4)) | disc(300, 400, 36, (0.7, 0.6))
    found = look(on_paper(parts | disc(300, 400, 5, (0.05, 0.05))))
    assert overlap(found.mask, parts) > 0.9
    assert not found.mask[:40, :40].any()
    np.testing.assert_allclose(found.box, (80, 80, 316, 216), atol=3)


def test_a_surer_outline_scores_higher() -> None:
    part = disc(240, 320, 60)
    clear, faint = look(on_paper(part, (20, 30, 120))), look(on_paper(part, (205, 205, 205)))
    assert faint.score < clear.score <= 1


def test_rulers_are_taken_away_only_where_the_prompts_say_so() -> None:
    drawn = scenes(6, ruler_share=1)
    kept, taken = ([look(s.image, p).mask for s in drawn] for p in (KEEP, TAKE))
    overlaps = [
        [overlap(m, s.mask) for m, s in zip(masks, drawn, strict=True)] for masks in (kept, taken)
    ]
    assert np.mean(overlaps[1]) > 0.75
    assert np.mean(overlaps[1]) > np.mean(overlaps[0]) + 0.2


def test_a_photo_without_a_ruler_loses_nothing() -> None:
    for scene in scenes(8, ruler_share=0):
        kept, taken = look(scene.image, KEEP), look(scene.image, TAKE)
        np.testing.assert_array_equal(kept.mask, taken.mask)


@pytest.mark.slow
def test_demo_scenes_are_cut_out_well() -> None:
    overlaps = [overlap(look(s.image, TAKE).mask, s.mask) for s in scenes(40, ruler_share=0.3)]
    assert np.mean(overlaps) > 0.75


@pytest.mark.slow
def test_photographed_tools_are_found(shared: Path) -> None:
    folder = shared / "data" / "tools_masks_dev"
    with (folder / "masks.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["mask"]][::4]
    inside = []
    for row in rows:
        photo = np.asarray(Image.open(folder / "images" / f"{row['id']}.jpg").convert("RGB"))
        truth = np.asarray(Image.open(folder / row["mask"])) > 127
        found = look(photo).mask
        inside.append((found & truth).sum() / found.sum())
    # The masks are drawn loosely around the tools: a good outline lies within them.
    assert np.mean(inside) > 0.75


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (5, 5), (15, 90), (3000, 20)])
def test_too_small_to_tell_is_nothing(shape: tuple[int, int]) -> None:
    found = look(np.full((*shape, 3), 90, np.uint8))
    assert found.is_empty
    assert (found.mask.shape, found.box, found.score) == (shape, (0, 0, 0, 0), 0.0)


@pytest.mark.parametrize("level", [0, 127, 255])
def test_one_colour_is_nothing(level: int) -> None:
    assert look(np.full((120, 160, 3), level, np.uint8), TAKE).is_empty


def test_noise_is_nothing_sure() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    assert look(noise, TAKE).score < 0.5


def test_grey_photos_work() -> None:
    part = disc(200, 200, 60)
    grey = np.repeat(on_paper(part)[..., :1], 3, axis=2)
    assert overlap(look(grey).mask, part) > 0.9


@pytest.mark.slow
def test_fifty_megapixels_are_reduced_first() -> None:
    small = on_paper(disc(500, 1000, 150))
    large = np.repeat(np.repeat(small, 10, axis=0), 10, axis=1)
    found = look(large)
    assert found.mask.shape == (5000, 10000)
    np.testing.assert_allclose(found.box, (3500, 1000, 6500, 4000), atol=60)


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 120),
    width=st.integers(1, 120),
    seed=st.integers(0, 2**31),
    smooth=st.sampled_from([0, 3, 15]),
    remove=st.sampled_from(["", "ruler"]),
)
def test_whatever_the_photo(height: int, width: int, seed: int, smooth: int, remove: str) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    if smooth:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), smooth), np.uint8)
    found, again = create().segment([image, image.copy()], Prompts(remove=remove))
    np.testing.assert_array_equal(found.mask, again.mask)
    assert (found.box, found.score) == (again.box, again.score)
    assert found.mask.shape == (height, width)
    assert found.mask.dtype == np.bool_
    left, top, right, bottom = found.box
    assert found.mask.sum() == found.mask[top:bottom, left:right].sum()
    assert 0 <= found.score <= 1
    assert (found.score == 0) == found.is_empty
