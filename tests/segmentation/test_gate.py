"""The gate: no mask that would cut out the wrong thing gets through, and parts do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from catalog.arrays import Mask
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from segmentation.gate import refusal
from tests.segmentation.threshold import found_in

IMAGE = np.zeros((120, 160, 3), np.uint8)


def _mask(*boxes: tuple[int, int, int, int]) -> Mask:
    mask = np.zeros((120, 160), bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (_mask((60, 40, 100, 90)), None),
        (_mask((0, 30, 90, 90)), None),  # a part may run out of the photo
        (_mask((5, 50, 155, 60)), None),  # a long shaft in the photo is no ruler
        (_mask(), "nothing_found"),
        (_mask((60, 40, 63, 43)), "tiny"),
        (_mask((0, 0, 160, 120)), "nearly_everything"),
        (~_mask((30, 30, 130, 90)), "touches_border"),
        (_mask((0, 100, 160, 118)), "ruler"),
        (_mask((140, 0, 155, 120)), "ruler"),
        (_mask((0, 100, 160, 118), (60, 20, 110, 80)), "ruler"),  # the part is there as well
        (
            _mask((0, 116, 160, 120), (60, 20, 130, 100)),
            None,
        ),  # a sliver of the edge spoils nothing
    ],
)
def test_masks_are_refused_for_their_reason(mask: Mask, reason: str | None) -> None:
    assert refusal(found_in(mask), IMAGE) == reason


@pytest.mark.parametrize(
    "change",
    [
        {"mask": np.zeros((120, 161), bool)},
        {"mask": np.zeros((1, 120, 160), bool)},
        {"mask": np.full((120, 160), np.nan)},
        {"mask": np.ones((120, 160), np.uint8)},
        {"mask": None},
        {"score": float("nan")},
        {"score": 1.5},
        {"score": None},
        {"box": (0, 0, 500, 20)},
        {"box": (float("nan"), 0, 1, 1)},
        {"box": (90, 40, 20, 90)},
        {"box": (1, 2, 3)},
        {"box": None},
    ],
    ids=str,
)
def test_what_breaks_the_contract_is_nonsense(change: dict[str, Any]) -> None:
    assert refusal(replace(found_in(_mask((60, 40, 100, 90))), **change), IMAGE) == "nonsense"


def test_the_smallest_images_have_an_outcome() -> None:
    pixel = np.zeros((1, 1, 3), np.uint8)
    assert refusal(found_in(np.ones((1, 1), bool)), pixel) == "nearly_everything"
    assert refusal(found_in(np.zeros((1, 1), bool)), pixel) == "nothing_found"
    assert refusal(found_in(np.ones((1, 9), bool)), np.zeros((1, 9, 3), np.uint8)) is not None


def test_true_masks_of_all_kinds_of_parts_get_through() -> None:
    scenes = [draw_scene(part, photo_seed(part, 0, 1), 160) for part in draw_up_parts(60, 1)]
    refused = [refusal(found_in(scene.mask), scene.image) for scene in scenes]
    assert refused.count(None) == len(scenes)
