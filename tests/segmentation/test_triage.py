"""The triage: studio photos are left alone; rulers, clutter and coloured tables are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import Scene, draw_scene
from partscope.arrays import RgbImage
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


def _share(scenes: Scenes, triage: Triage, wanted: Callable[[Scene], bool]) -> float:
    return float(np.mean([triage(scene.image) for scene in scenes if wanted(scene)]))


def _is_plain(scene: Scene) -> bool:
    return scene.background in ("paper", "grey_board") and not scene.has_ruler


@pytest.mark.parametrize("sample", [0, 60])
def test_rulers_are_found_and_plain_tables_left_alone(scenes: Scenes, sample: int) -> None:
    triage = Triage.fit(scene.image for scene in scenes[:sample])
    assert (len(triage.centres) > 1) == (sample > 0)
    assert _share(scenes, triage, lambda scene: scene.has_ruler) > 0.9
    assert _share(scenes, triage, _is_plain) < 0.25
    assert _share(scenes, triage, lambda scene: scene.background == "blue_cloth") > 0.9


def test_what_was_learnt_comes_back_the_same(scenes: Scenes) -> None:
    triage = Triage.fit(scene.image for scene in scenes[:60])
    again = Triage.from_state(triage.state())
    assert [again(scene.image) for scene in scenes] == [triage(scene.image) for scene in scenes]


def test_a_part_that_runs_out_of_the_photo_is_no_clutter() -> None:
    assert not Triage.fit(())(photo((0, 30, 110, 90)))
    beside = photo((60, 40, 100, 90))
    beside[100:115, 5:25] = 20
    assert Triage.fit(())(beside)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((1, 640, 3), np.uint8),
        np.zeros((640, 2, 3), np.uint8),
        np.full((300, 300, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8),
    ],
    ids=["pixel", "row", "column", "white", "noise"],
)
def test_every_image_has_finite_features(image: RgbImage) -> None:
    features = triage_features(image)
    assert features.shape == (len(FEATURES),)
    assert np.isfinite(features).all()
    assert (features >= 0).all()
    assert (features <= 1).all()
