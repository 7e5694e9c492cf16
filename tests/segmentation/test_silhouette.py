from __future__ import annotations

import numpy as np
import pytest

from partscope.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation
from segmentation.silhouette import create

KEEP = Prompts(remove="")


def look(image: RgbImage, prompts: Prompts = KEEP) -> Segmentation:
    (found,) = create().segment([image], prompts)
    return found


def overlap(found: Mask, truth: Mask) -> float:
    return float((found & truth).sum() / (found | truth).sum())


def disc(height: int, width: int, radius: float) -> Mask:
    y, x = np.mgrid[0:height, 0:width]
    inside: Mask = (x - width / 2) ** 2 + (y - height / 2) ** 2 < radius**2
    return inside


def on_paper(mask: Mask, colour: tuple[int, int, int] = (90, 92, 96), seed: int = 0) -> RgbImage:
    image = np.full((*mask.shape, 3), 225.0)
    image[mask] = colour
    image += np.random.default_rng(seed).normal(scale=2, size=image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def test_finds_a_part_and_keeps_its_hole() -> None:
    ring = disc(240, 320, 80) & ~disc(240, 320, 40)
    found = look(on_paper(ring))
    assert overlap(found.mask, ring) > 0.9
    assert not found.mask[120, 160]


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (5, 5), (15, 90)])
def test_too_small_to_tell_is_nothing(shape: tuple[int, int]) -> None:
    found = look(np.full((*shape, 3), 90, np.uint8))
    assert found.is_empty
    assert (found.mask.shape, found.box, found.score) == (shape, (0, 0, 0, 0), 0.0)
