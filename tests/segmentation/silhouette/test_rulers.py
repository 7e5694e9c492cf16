from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from demo.catalogue import draw_up_parts
from demo.scenes import Scene, draw_scene
from segmentation.ruler.scale import read_scale
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.rulers import find_rulers
from tests.segmentation.drawn_rulers import MATERIALS, grid, photo_with_ruler, with_ruler_at

SIDE = 208


def rulers_in(photo: RgbImage) -> Mask:
    small = long_side_at_most(photo, SIDE)
    return find_rulers(photo, read_evidence(small))


def share_found(mask: Mask, ruler: Mask) -> float:
    small = long_side_at_most(ruler.astype(np.uint8) * 255, SIDE) > 127
    return float((mask & small).sum() / small.sum())


def scene(number: int, side: int = 640) -> Scene:
    part = list(draw_up_parts(number + 1, seed=3))[number]
    return draw_scene(part, np.random.default_rng([3, number]), side, ruler_share=0)


@pytest.mark.parametrize("angle", [0, 90, 180, -8, 31, 122, 205])
@pytest.mark.parametrize("distance", [4.0, 11.0])
def test_ruler_is_found_at_any_angle(angle: float, distance: float) -> None:
    photo = photo_with_ruler(distance, angle=angle)
    rulers = rulers_in(photo)
    grey = long_side_at_most(photo, SIDE).mean(axis=2)
    assert rulers[grey > 190].mean() > 0.97
    assert rulers[grey < 115].mean() < 0.2


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("angle", [3, 97, 160])
def test_rulers_of_any_material_are_found_beside_a_part(material: str, angle: float) -> None:
    bare = scene(4)
    rng = np.random.default_rng(5)
    photo, ruler = with_ruler_at(bare.image, bare.mask, bare.mm_per_px, angle, material, rng)
    rulers = rulers_in(photo)
    assert share_found(rulers, ruler) > 0.95
    assert share_found(rulers, bare.mask) < 0.05
    assert not rulers_in(bare.image).any()


@pytest.mark.parametrize("angle", [0, 10, 45])
@pytest.mark.parametrize("distance", [4, 6, 8])
def test_a_short_ruler_that_lies_free_is_found(distance: int, angle: float) -> None:
    height, table = min(192, 10 * distance), (120, 104, 88)
    photo = np.full((640, 640, 3), table, np.uint8)
    whole = photo_with_ruler(distance, side=640)
    photo[300 - height // 2 : 300 + height // 2, 170:470] = whole[80 : 80 + height, 40:340]
    turn = cv2.getRotationMatrix2D((320, 300), angle, 1)
    turned = np.asarray(cv2.warpAffine(photo, turn, (640, 640), borderValue=table))
    rulers = rulers_in(turned)
    light = long_side_at_most(turned, SIDE).mean(axis=2) > 190
    assert rulers[light].mean() > 0.9


@pytest.mark.parametrize("name", ["car-0224", "car-2016", "car-2376"])
def test_the_fins_of_a_radiator_are_no_rulers(shared: Path, name: str) -> None:
    photo = Image.open(shared / "data" / "car_parts_dev" / "images" / f"{name}.jpg")
    assert not rulers_in(long_side_at_most(np.asarray(photo.convert("RGB")), 640)).any()


def test_ruler_is_found_on_both_sides_of_a_part_that_lies_on_it() -> None:
    photo = photo_with_ruler(8.0, hidden=[range(280, 360)])
    assert rulers_in(photo)[26:50].mean() > 0.95
    assert read_scale(photo) is not None


def test_even_lines_are_a_ruler_at_the_side_and_teeth_in_the_middle() -> None:
    photo = photo_with_ruler(9.0, grid)
    assert rulers_in(photo).any()
    assert not rulers_in(np.roll(photo, 200, axis=0)).any()


def test_marks_without_an_edge_are_no_ruler() -> None:
    photo = np.full((320, 320, 3), 200, np.uint8)
    photo[40:60, 20:300:9] = 30
    assert not rulers_in(photo).any()


@pytest.mark.slow
def test_drawn_rulers_are_removed_and_nothing_else_is() -> None:
    shares = []
    for number, part in enumerate(draw_up_parts(30, seed=12)):
        for ruled in (0.0, 1.0):
            rng = np.random.default_rng([12, number])
            drawn = draw_scene(part, rng, 320, ruler_share=ruled)
            rulers = rulers_in(drawn.image)
            assert ruled or not rulers.any()
            if drawn.has_ruler:
                shares.append(share_found(rulers, drawn.ruler))
    assert np.mean(shares) > 0.93
