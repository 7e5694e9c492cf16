"""Each feature speaks for what it is named after, and for a studio photo none does."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import RgbImage
from segmentation.triage_features import (
    FEATURES,
    GROUND_FEATURES,
    LIMITS,
    needs_cutting,
    triage_features,
)
from tests.segmentation.drawn_rulers import photo_with_ruler
from tests.segmentation.noise import noise
from tests.segmentation.threshold import photo

STUDIO = photo((14, 12, 146, 108))
"""A part that fills its photo."""


def feature(image: RgbImage, name: str) -> float:
    return float(triage_features(image)[FEATURES.index(name)])


def with_ground(colour: tuple[int, int, int], grain: float = 0.0) -> RgbImage:
    """Return the studio photo on a ground of another colour."""
    image = STUDIO.astype(np.float64)
    is_ground = (STUDIO[0, 0] == STUDIO).all(axis=2)
    image[is_ground] = colour
    image[is_ground] += np.random.default_rng(0).normal(0, grain, (is_ground.sum(), 1))
    return np.clip(image, 0, 255).astype(np.uint8)


def blotched(contrast: float) -> RgbImage:
    """Return the studio photo with soft stains of all colours, ``contrast`` grey levels deep."""
    height, width = STUDIO.shape[:2]
    stains = noise(height, width, seed=0, smooth=3) - 127.5
    image: RgbImage = STUDIO - 30 + stains * contrast / stains.std()
    return np.clip(image, 0, 255).astype(np.uint8)


def with_thing(
    rows: slice, columns: slice, colour: tuple[int, int, int] = (60, 60, 60)
) -> RgbImage:
    image = photo((50, 40, 110, 100))
    image[rows, columns] = colour
    return image


def test_a_studio_photo_needs_no_cutting() -> None:
    features = triage_features(STUDIO)
    assert features.dtype == np.float32
    assert (features < 0.6 * LIMITS).all()
    assert not needs_cutting(features)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("tint", with_ground((70, 110, 190))),
        ("spread", blotched(6)),
        ("texture", with_ground((200, 200, 200), 30)),
        ("things", with_thing(slice(90, 115), slice(4, 24))),
        ("room", photo((60, 40, 100, 90))),
        ("lines", with_thing(slice(0, 12), slice(None), (90, 90, 90))),
        ("marks", photo_with_ruler(8.0)),
        ("yellow", with_thing(slice(0, 25), slice(None), (235, 199, 41))),
    ],
)
def test_a_feature_tells_what_it_is_named_after(name: str, image: RgbImage) -> None:
    limit = float(LIMITS[FEATURES.index(name)])
    assert feature(image, name) > limit > feature(STUDIO, name)
    assert needs_cutting(triage_features(image))


def test_a_ground_of_several_colours_is_mixed() -> None:
    patches = np.random.default_rng(0).integers(60, 250, (6, 8, 3))
    image = np.kron(patches, np.ones((20, 20, 1))).astype(np.uint8)
    assert feature(image, "mixture") > 0.6 > feature(STUDIO, "mixture")


def test_one_feature_above_its_limit_is_enough() -> None:
    features = LIMITS.copy()
    assert not needs_cutting(features)
    features[-1] += 0.01
    assert needs_cutting(features)
    assert len(FEATURES) == len(LIMITS) > GROUND_FEATURES


def test_features_hardly_depend_on_the_size_of_the_photo() -> None:
    large = np.kron(STUDIO, np.ones((4, 4, 1), np.uint8))
    np.testing.assert_allclose(triage_features(large), triage_features(STUDIO), atol=0.15)
