"""What holds for everything that is taken away: parts, and whatever the photo, lose nothing to it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Prompts
from segmentation.silhouette.clutter import clutter_of
from tests.segmentation.noise import noise

WORDS = ["hand", "label", "ruler", "Hand . Etikett . Maßband ."]


def found(image: RgbImage, words: str) -> Mask:
    return clutter_of(image, Prompts(remove=words))


@pytest.mark.parametrize("words", WORDS)
def test_photographed_tools_lose_nothing(shared: Path, words: str) -> None:
    folder = shared / "data" / "tools_masks_dev"
    with (folder / "parts.csv").open(encoding="utf-8") as file:
        images = [folder / row["image"] for row in csv.DictReader(file)]
    for path in images[::6]:
        assert not found(np.asarray(Image.open(path).convert("RGB")), words).any()


@pytest.mark.parametrize("words", ["", "handle . stage . montage ."])
def test_nothing_is_taken_away_that_is_not_named(words: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    assert not found(image, words).any()


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 120),
    width=st.integers(1, 120),
    seed=st.integers(0, 2**31),
    smooth=st.sampled_from([0, 3, 15]),
    words=st.sampled_from(WORDS),
)
def test_whatever_the_photo(height: int, width: int, seed: int, smooth: int, words: str) -> None:
    image = noise(height, width, seed, smooth)
    once, again = found(image, words), found(image.copy(), words)
    assert once.shape == (height, width)
    np.testing.assert_array_equal(once, again)
