"""The triage: studio photos are left alone; rulers, clutter and coloured tables are not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from catalog.arrays import RgbImage
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import Scene, draw_scene
from segmentation.triage import Triage
from segmentation.triage_features import FEATURES, triage_features
from tests.segmentation.threshold import photo

Scenes = list[Scene]


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return [
        draw_scene(part, photo_seed(part, 0, 4), 240, ruler_share=0.4, clutter_share=0.0)
        for part in draw_up_parts(90, 4)
    ]


def _studio(scene: Scene) -> RgbImage:
    """Return the part of a photo that the part fills."""
    rows, columns = np.flatnonzero(scene.mask.any(axis=1)), np.flatnonzero(scene.mask.any(axis=0))
    room = 12
    top, left = max(0, rows[0] - room), max(0, columns[0] - room)
    return scene.image[top : rows[-1] + room, left : columns[-1] + room]


def _share(triage: Triage, photos: Iterable[RgbImage]) -> float:
    return float(np.mean([triage(photo) for photo in photos]))


@pytest.mark.parametrize("sampled", [False, True], ids=["each by itself", "in groups"])
def test_studio_photos_are_left_alone_and_others_are_not(scenes: Scenes, sampled: bool) -> None:
    plain = [s for s in scenes if s.background in ("paper", "grey_board") and not s.has_ruler]
    studio = [_studio(scene) for scene in plain]
    rulers = [scene.image for scene in scenes if scene.has_ruler]
    cloth = [scene.image for scene in scenes if scene.background == "blue_cloth"]
    triage = Triage.fit([*studio[::2], *rulers[::2], *cloth[::2]] if sampled else ())
    assert (len(triage.needs) > 1) == sampled
    assert _share(triage, studio) < 0.3
    assert _share(triage, rulers) > 0.95
    assert _share(triage, cloth) > 0.95


def test_what_was_learnt_comes_back_the_same(scenes: Scenes) -> None:
    triage = Triage.fit(scene.image for scene in scenes[:60])
    again = Triage.from_state(triage.state())
    assert [again(scene.image) for scene in scenes] == [triage(scene.image) for scene in scenes]


def test_a_part_that_runs_out_of_the_photo_is_no_clutter() -> None:
    assert not Triage.fit(())(photo((0, 10, 130, 80)))
    beside = photo((0, 10, 130, 80))
    beside[100:115, 105:125] = 20
    assert Triage.fit(())(beside)


def test_a_part_with_much_room_around_it_is_cut() -> None:
    assert Triage.fit(())(photo((60, 40, 100, 90)))


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((1, 640, 3), np.uint8),
        np.zeros((640, 2, 3), np.uint8),
        np.full((300, 300, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8),
        np.array([[[0, 0, 255], [0, 255, 0]], [[255, 0, 0], [250, 250, 0]]], np.uint8),
    ],
    ids=["pixel", "row", "column", "white", "noise", "four colours"],
)
def test_every_image_has_finite_features(image: RgbImage) -> None:
    features = triage_features(image)
    assert features.shape == (len(FEATURES),)
    assert np.isfinite(features).all()
    assert (features >= 0).all()
    assert (features <= 1).all()
