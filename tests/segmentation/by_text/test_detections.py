from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segmentation.by_text.detections import (
    Detections,
    normalise,
    part_of,
    without_rivals,
)
from segmentation.masks import box_of

SHAPE = (4, 6)
NOTHING: Detections = normalise([], [], [], SHAPE)


def _mask(rows: slice, columns: slice) -> Any:
    mask = np.zeros(SHAPE, np.bool_)
    mask[rows, columns] = True
    return mask


LEFT = _mask(slice(0, 4), slice(0, 3))
TOP = _mask(slice(0, 2), slice(0, 6))


# What lang-sam returned at commit 918043e for no box, one box and two boxes.
@pytest.mark.parametrize(
    ("masks", "scores", "labels", "count"),
    [
        ([], [], [], 0),
        (LEFT[None].astype(np.float32), np.array(0.9, np.float32), ["bolt"], 1),
        (np.stack([LEFT, TOP]).astype(np.float32), np.array([0.9, 0.8]), ["bolt", "nut"], 2),
        (np.stack([LEFT, TOP])[:, None], np.array([[0.9], [0.8]]), ["bolt", "nut"], 2),
        (LEFT, 0.9, ["bolt"], 1),
    ],
)
def test_every_shape_that_models_give_is_read(
    masks: Any, scores: Any, labels: list[str], count: int
) -> None:
    detections = normalise(masks, scores, labels, SHAPE)
    assert detections.masks.shape == (count, *SHAPE)
    assert detections.masks.dtype == np.bool_
    assert detections.scores.shape == (count,)
    assert detections.labels == tuple(labels)
    for mask, expected in zip(detections.masks, [LEFT, TOP], strict=False):
        np.testing.assert_array_equal(mask, expected)


@pytest.mark.parametrize(
    "masks",
    [
        np.ones((1, 7, 7)),
        np.ones((2, 3, *SHAPE)),
        np.ones(5),
        [np.ones((2, 2)), np.ones((3, 3))],
        None,
    ],
)
def test_masks_of_another_size_are_left_out(masks: Any) -> None:
    assert len(normalise(masks, [0.9, 0.9], ["bolt", "bolt"], SHAPE).masks) == 0


def test_not_a_number_is_no_part_of_a_mask_and_no_score() -> None:
    holes = np.where(LEFT, np.nan, 1.0)
    detections = normalise([holes, holes], [np.nan, 0.5], ["bolt", "nut"], SHAPE)
    assert detections.labels == ("nut",)
    np.testing.assert_array_equal(detections.masks[0], ~LEFT)


def test_scores_lie_between_0_and_1() -> None:
    detections = normalise([LEFT, TOP], [1.7, -0.2], ["bolt", "nut"], SHAPE)
    assert detections.scores.tolist() == [1, 0]


@given(
    arrays(np.float32, array_shapes(min_dims=0, max_dims=5, max_side=6)),
    arrays(np.float32, array_shapes(min_dims=0, max_dims=2, max_side=6)),
    st.lists(st.text(max_size=3), max_size=6),
)
def test_whatever_comes_is_a_segmentation(masks: Any, scores: Any, labels: list[str]) -> None:
    segmentation = part_of(normalise(masks, scores, labels, SHAPE), NOTHING)
    assert segmentation.mask.shape == SHAPE
    assert 0 <= segmentation.score <= 1
    assert segmentation.box == box_of(segmentation.mask)


def test_what_is_taken_away_is_subtracted() -> None:
    part = normalise([LEFT, TOP], [0.6, 0.9], ["bolt", "nut"], SHAPE)
    segmentation = part_of(part, normalise([TOP], [0.4], ["ruler"], SHAPE))
    np.testing.assert_array_equal(segmentation.mask, LEFT & ~TOP)
    assert segmentation.box == (0, 2, 3, 4)
    assert segmentation.label == "bolt"
    assert segmentation.score == pytest.approx(0.6)


def test_part_that_is_taken_away_whole_is_not_found() -> None:
    part = normalise([LEFT], [0.9], ["bolt"], SHAPE)
    segmentation = part_of(part, part)
    assert segmentation.is_empty
    assert (segmentation.score, segmentation.box, segmentation.label) == (0, (0, 0, 0, 0), "")


def test_nothing_found_has_the_shape_of_the_image() -> None:
    assert part_of(NOTHING, NOTHING).mask.shape == SHAPE


def test_thing_with_two_names_keeps_the_surer_one() -> None:
    part = normalise([LEFT, TOP], [0.6, 0.9], ["bolt", "nut"], SHAPE)
    others = normalise([LEFT, ~LEFT], [0.7, 0.9], ["ruler", "hand"], SHAPE)
    assert without_rivals(part, others).labels == ("nut",)
    assert without_rivals(others, part).labels == ("ruler", "hand")
    assert without_rivals(part, NOTHING).labels == ("bolt", "nut")
