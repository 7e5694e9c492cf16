from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation, Segmenter
from segmentation.masks import box_of
from segmentation.registry import segmenter
from tests.contracts.segmenters import SEGMENTERS, SegmenterCase

# Of what optional packages import.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
PROMPTS = Prompts("mechanical part .", "ruler . hand .")
RANDOM = np.random.default_rng(11)


def _disc(height: int, width: int, colour: int = 40) -> tuple[RgbImage, Mask]:
    """Return a photo of a disc with a hole on a light table, and its mask."""
    canvas = np.zeros((height, width), np.uint8)
    centre, radius = (width // 2, height // 2), min(height, width) // 4
    cv2.circle(canvas, centre, radius, 1, -1)
    cv2.circle(canvas, centre, radius // 3, 0, -1)
    mask = canvas > 0
    photo = np.where(mask[..., None], colour, 215) + RANDOM.normal(scale=3, size=(height, width, 3))
    return np.clip(photo, 0, 255).astype(np.uint8), mask


PHOTOS = [_disc(90, 120)[0], _disc(120, 90, 90)[0], _disc(90, 120, 10)[0]]
ODD: dict[str, RgbImage] = {
    "1x1": np.full((1, 1, 3), 90, np.uint8),
    "1x300": np.full((1, 300, 3), 90, np.uint8),
    "300x1": np.full((300, 1, 3), 90, np.uint8),
    "2x2": RANDOM.integers(0, 256, (2, 2, 3), np.uint8),
    "black": np.zeros((40, 50, 3), np.uint8),
    "white": np.full((40, 50, 3), 255, np.uint8),
    "noise": RANDOM.integers(0, 256, (40, 50, 3), np.uint8),
    "turned view": np.rot90(PHOTOS[0])[:, ::-1],
    "every second": PHOTOS[0][::2, ::2],
}


@dataclass(frozen=True)
class Made:
    segmenter: Segmenter
    case: SegmenterCase
    folder: Path


@pytest.fixture(scope="module", params=list(SEGMENTERS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("segmenter")
    case = SEGMENTERS[request.param]
    return Made(case.make(folder), case, folder)


def _assert_kept(segmentation: Segmentation, photo: RgbImage) -> None:
    assert segmentation.mask.shape == photo.shape[:2]
    assert segmentation.mask.dtype == np.bool_
    assert segmentation.box == box_of(segmentation.mask)
    assert all(isinstance(edge, int) for edge in segmentation.box)
    assert 0 <= segmentation.score <= 1
    assert isinstance(segmentation.label, str)
    if segmentation.is_empty:
        assert segmentation.score == 0


def _same(left: Sequence[Segmentation], right: Sequence[Segmentation]) -> None:
    for one, other in zip(left, right, strict=True):
        assert (one.mask == other.mask).mean() > 0.999
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert one.label == other.label


def test_is_a_segmenter_with_a_name_and_a_fingerprint(made: Made) -> None:
    assert isinstance(made.segmenter, Segmenter)
    assert made.segmenter.name
    assert made.segmenter.fingerprint


def test_new_instance_is_the_same_segmenter(made: Made) -> None:
    again = made.case.make(made.folder)
    assert again.name == made.segmenter.name
    assert again.fingerprint == made.segmenter.fingerprint
    _same(again.segment(PHOTOS[:1], PROMPTS), made.segmenter.segment(PHOTOS[:1], PROMPTS))


def test_empty_batch_gives_nothing(made: Made) -> None:
    assert made.segmenter.segment([], PROMPTS) == []


def test_each_image_has_its_segmentation(made: Made) -> None:
    segmentations = made.segmenter.segment(PHOTOS, PROMPTS)
    for segmentation, photo in zip(segmentations, PHOTOS, strict=True):
        _assert_kept(segmentation, photo)


def test_segmentation_depends_on_its_own_image_alone(made: Made) -> None:
    together = made.segmenter.segment(PHOTOS, PROMPTS)
    _same(together, [made.segmenter.segment([photo], PROMPTS)[0] for photo in PHOTOS])
    _same(together[::-1], made.segmenter.segment(PHOTOS[::-1], PROMPTS))


def test_same_image_gives_the_same_again(made: Made) -> None:
    first, again = (made.segmenter.segment(PHOTOS[:1], PROMPTS)[0] for _ in range(2))
    np.testing.assert_array_equal(first.mask, again.mask)
    assert first.score == again.score


def test_images_are_left_alone_and_may_be_read_only(made: Made) -> None:
    photo = PHOTOS[0].copy()
    photo.setflags(write=False)
    made.segmenter.segment([photo], PROMPTS)
    np.testing.assert_array_equal(photo, PHOTOS[0])


def test_nothing_need_be_taken_away(made: Made) -> None:
    _assert_kept(made.segmenter.segment(PHOTOS[:1], Prompts("bolt", ""))[0], PHOTOS[0])


def test_odd_images_have_a_segmentation(made: Made) -> None:
    segmentations = made.segmenter.segment(list(ODD.values()), PROMPTS)
    for segmentation, photo in zip(segmentations, ODD.values(), strict=True):
        _assert_kept(segmentation, photo)


def test_one_colour_shows_no_part(made: Made) -> None:
    if not made.case.sees:
        return
    for name in ("1x1", "black", "white"):
        assert made.segmenter.segment([ODD[name]], PROMPTS)[0].is_empty, name


def test_fifty_megapixels_have_a_mask_of_their_size(made: Made) -> None:
    photo = np.full((6250, 8000, 3), 215, np.uint8)
    photo[2000:4000, 3000:5000] = 40
    (segmentation,) = made.segmenter.segment([photo], PROMPTS)
    _assert_kept(segmentation, photo)
    if made.case.sees:
        assert segmentation.mask[2200:3800, 3200:4800].mean() > 0.98
        assert segmentation.mask.mean() == pytest.approx(0.08, rel=0.12)


def test_part_is_found_and_keeps_its_hole(made: Made) -> None:
    if not made.case.sees:
        return
    photo, mask = _disc(300, 400)
    (segmentation,) = made.segmenter.segment([photo], PROMPTS)
    assert (segmentation.mask & mask).sum() / (segmentation.mask | mask).sum() > 0.9
    assert not segmentation.mask[150, 200]
    assert segmentation.score > 0


def test_none_is_no_segmenter() -> None:
    assert segmenter("none") is None
