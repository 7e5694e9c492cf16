from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import Scene, draw_scene
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.labels import find_labels
from segmentation.silhouette.working_size import WORKING_SIDE
from tests.segmentation.drawn_labels import Corners, laid, printed_sheet, with_label

ON_TABLE: Corners = np.array([(190, 20), (300, 40), (290, 95), (180, 75)], np.float32)


def labels_in(image: RgbImage) -> Mask:
    small = long_side_at_most(image, WORKING_SIDE)
    labels = find_labels(image, read_evidence(small))
    assert labels.shape == small.shape[:2]
    return labels


def overlap(mask: Mask, truth: Mask) -> float:
    size = mask.shape[::-1]
    levels = cv2.resize(truth.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    return float((mask & (levels > 127)).sum() / (mask | (levels > 127)).sum())


def table(seed: int = 0) -> RgbImage:
    wood = np.array([120, 88, 60]) + np.random.default_rng(seed).normal(scale=3, size=(240, 320, 3))
    return np.clip(wood, 0, 255).astype(np.uint8)


def with_box(image: RgbImage, left: int, right: int) -> RgbImage:
    photo = image.copy()
    photo[50:210, left:right] = (48, 60, 96)
    return photo


def scenes(count: int) -> Iterator[Scene]:
    for part in draw_up_parts(count, seed=21):
        yield draw_scene(part, photo_seed(part, 0, 21), ruler_share=0.2)


@pytest.mark.slow
def test_labels_beside_the_part_are_found_and_without_them_nothing_is() -> None:
    overlaps = []
    for number, scene in enumerate(scenes(16)):
        assert not labels_in(scene.image).any()
        occupied = scene.mask | scene.ruler
        drawn = with_label(scene.image, occupied, np.random.default_rng(number))
        if drawn is not None and scene.background != "paper":
            overlaps.append(overlap(labels_in(drawn.image), drawn.label))
    assert np.mean(np.array(overlaps) > 0.8) >= 0.85


@pytest.mark.parametrize("seed", range(4))
def test_a_label_on_the_part_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    photo = with_box(table(seed), 150, 316)
    on_part = ON_TABLE + np.array([0, 45], np.float32)
    assert not labels_in(laid(photo, printed_sheet(110, 56, rng), on_part, rng).image).any()


def test_a_label_alone_stays() -> None:
    rng = np.random.default_rng(0)
    sheet = printed_sheet(110, 56, rng)
    assert not labels_in(laid(table(), sheet, ON_TABLE, rng).image).any()
    assert labels_in(laid(with_box(table(), 20, 140), sheet, ON_TABLE, rng).image).any()


def test_a_blank_sheet_is_no_label() -> None:
    rng = np.random.default_rng(0)
    blank = np.full((336, 660, 3), 235, np.uint8)
    assert not labels_in(laid(with_box(table(), 20, 140), blank, ON_TABLE, rng).image).any()


def test_a_printed_sheet_of_strong_colour_is_no_label() -> None:
    rng = np.random.default_rng(0)
    orange = (printed_sheet(110, 56, rng) * np.array([1, 0.6, 0.1])).astype(np.uint8)
    assert not labels_in(laid(with_box(table(), 20, 140), orange, ON_TABLE, rng).image).any()
