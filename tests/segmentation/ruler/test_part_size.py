from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from catalog.arrays import RgbImage
from demo.catalogue import draw_up_parts
from demo.scenes import draw_scene
from segmentation.ruler.part_size import part_size
from segmentation.ruler.scale import read_scale
from tests.segmentation.drawn_rulers import (
    MarkLength,
    grid,
    half_centimetres,
    metric,
    photo_with_ruler,
    sixteenths,
)


@pytest.mark.parametrize("angle", [0, 90, 180, -90, 3.7, 31, 118])
@pytest.mark.parametrize("distance", [3.3, 8.0, 21.7])
def test_millimetres_are_read_at_any_angle(distance: float, angle: float) -> None:
    marks = read_scale(photo_with_ruler(distance, angle=angle))
    assert marks is not None
    assert marks.px_per_mm == pytest.approx(distance, rel=0.004)
    assert len(marks.places) >= 13


@pytest.mark.parametrize("length_of", [sixteenths, half_centimetres, grid])
@pytest.mark.parametrize("distance", [6.0, 13.0, 26.0])
def test_what_are_not_millimetres_is_not_read(length_of: MarkLength, distance: float) -> None:
    assert read_scale(photo_with_ruler(distance, length_of)) is None


def test_marks_that_blur_into_one_another_are_not_read() -> None:
    assert read_scale(photo_with_ruler(1.9)) is None


def test_two_rulers_of_different_scale_are_not_read() -> None:
    left = photo_with_ruler(6.0)
    right = np.rot90(photo_with_ruler(8.0), 2)
    photo = np.concatenate([left[:320], right[320:]])
    assert read_scale(photo_with_ruler(6.0)) is not None
    assert read_scale(np.ascontiguousarray(photo)) is None


def test_part_that_lies_on_the_ruler_hides_marks() -> None:
    marks = read_scale(photo_with_ruler(7.0, hidden=[range(250, 262)]))
    assert marks is not None
    assert marks.px_per_mm == pytest.approx(7.0, rel=0.004)


def test_size_is_that_of_the_turned_rectangle() -> None:
    photo = photo_with_ruler(8.0)
    corners = cv2.boxPoints(((330.0, 420.0), (240.0, 80.0), 25.0)).astype(np.int32)
    canvas = np.zeros(photo.shape[:2], np.uint8)
    mask = cv2.fillPoly(canvas, [corners], 1) > 0
    size = part_size(read_scale(photo), mask)
    assert size is not None
    assert abs(size.length_mm - 30) < size.uncertainty_mm < 1
    assert abs(size.width_mm - 10) < size.uncertainty_mm
    assert size.mm_per_px == pytest.approx(1 / 8, rel=0.004)
    assert size.marks > 60


@pytest.mark.parametrize("angle", [0, 90, 31])
def test_marks_lie_where_they_are_in_the_photo(angle: float) -> None:
    plain, ruled = (photo_with_ruler(9.0, kind, angle=angle) for kind in (lambda _: 0.0, metric))
    marks = read_scale(ruled)
    assert marks is not None
    drawn = np.abs(plain.astype(np.int16) - ruled).sum(axis=2)
    columns, rows = marks.places.round().astype(int).T
    inside = (columns > 1) & (columns < 638) & (rows > 1) & (rows < 638)
    near = [drawn[y - 1 : y + 2, x - 1 : x + 2].max() for x, y in marks.places.round().astype(int)]
    assert np.mean(np.array(near)[inside] > 60) > 0.95


def test_mask_that_holds_the_ruler_is_not_measured() -> None:
    photo = photo_with_ruler(8.0)
    mask = np.zeros(photo.shape[:2], np.bool_)
    mask[300:400, 200:400] = True
    assert part_size(read_scale(photo), mask) is not None
    mask[70:400, 200:400] = True
    assert part_size(read_scale(photo), mask) is None


def test_several_parts_and_a_part_that_is_cut_off_are_not_measured() -> None:
    photo = photo_with_ruler(8.0)
    mask = np.zeros(photo.shape[:2], np.bool_)
    mask[300:400, 200:300] = True
    crumb = mask.copy()
    crumb[500:510, 500:510] = True
    assert part_size(read_scale(photo), crumb) == part_size(read_scale(photo), mask)
    crumb[450:540, 450:540] = True
    assert part_size(read_scale(photo), crumb) is None
    mask[300:400, :300] = True
    assert part_size(read_scale(photo), mask) is None


def test_unsure_mask_widens_the_uncertainty_until_nothing_is_said() -> None:
    photo = photo_with_ruler(8.0)
    mask = np.zeros(photo.shape[:2], np.bool_)
    mask[300:400, 200:440] = True
    sizes = [part_size(read_scale(photo), mask, overlap) for overlap in (1.0, 0.9, 0.8, 0.5)]
    assert sizes[-1] is None
    measurements = [size for size in sizes if size is not None]
    assert [size.length_mm for size in measurements] == [pytest.approx(30, rel=0.01)] * 3
    assert (
        measurements[0].uncertainty_mm
        < measurements[1].uncertainty_mm
        < measurements[2].uncertainty_mm
    )


def test_nothing_is_measured_without_a_part_or_a_ruler() -> None:
    photo = photo_with_ruler(8.0)
    nothing = np.zeros(photo.shape[:2], np.bool_)
    assert part_size(read_scale(photo), nothing) is None
    assert part_size(read_scale(np.full_like(photo, 200)), ~nothing) is None


def test_part_of_one_pixel_is_not_measured() -> None:
    photo = photo_with_ruler(8.0)
    mask = np.zeros(photo.shape[:2], np.bool_)
    mask[300, 300] = True
    assert part_size(read_scale(photo), mask) is None


@pytest.mark.parametrize(
    "shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (15, 15, 3), (20, 900, 3), (900, 20, 3)]
)
def test_odd_photos_say_nothing(shape: tuple[int, int, int]) -> None:
    noise: RgbImage = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert read_scale(noise) is None
    assert read_scale(np.zeros(shape, np.uint8)) is None


@settings(max_examples=40)
@given(arrays(np.uint8, (48, 64, 3)))
def test_any_photo_is_read_or_not(photo: RgbImage) -> None:
    mask = np.zeros(photo.shape[:2], np.bool_)
    mask[10:30, 20:50] = True
    size = part_size(read_scale(photo), mask)
    assert size is None or (size.length_mm >= size.width_mm > 0 and size.uncertainty_mm > 0)


@pytest.mark.slow
def test_scenes_are_read_where_they_have_a_ruler_and_only_there() -> None:
    read, with_ruler = 0, 0
    for number, part in enumerate(draw_up_parts(16)):
        for share in (0.0, 1.0):
            rng = np.random.default_rng([5, number])
            scene = draw_scene(part, rng, 640, ruler_share=share)
            size = part_size(read_scale(scene.image), scene.mask)
            if not share:
                assert size is None
                continue
            with_ruler += 1
            if size is not None:
                read += 1
                assert size.mm_per_px == pytest.approx(scene.mm_per_px, rel=0.02)
    assert read >= 0.7 * with_ruler
