from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segmentation.detections import (
    Detections,
    box_of,
    normalise,
    nothing_found,
    part_of,
    without_rivals,
)

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
    found = normalise(masks, scores, labels, SHAPE)
    assert found.masks.shape == (count, *SHAPE)
    assert found.masks.dtype == np.bool_
    assert found.scores.shape == (count,)
    assert found.labels == tuple(labels)
    for mask, expected in zip(found.masks, [LEFT, TOP], strict=False):
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
    found = normalise([holes, holes], [np.nan, 0.5], ["bolt", "nut"], SHAPE)
    assert found.labels == ("nut",)
    np.testing.assert_array_equal(found.masks[0], ~LEFT)


def test_scores_lie_between_0_and_1() -> None:
    found = normalise([LEFT, TOP], [1.7, -0.2], ["bolt", "nut"], SHAPE)
    assert found.scores.tolist() == [1, 0]


@given(
    arrays(np.float32, array_shapes(min_dims=0, max_dims=5, max_side=6)),
    arrays(np.float32, array_shapes(min_dims=0, max_dims=2, max_side=6)),
    st.lists(st.text(max_size=3), max_size=6),
)
def test_whatever_comes_is_a_segmentation(masks: Any, scores: Any, labels: list[str]) -> None:
    found = part_of(normalise(masks, scores, labels, SHAPE), NOTHING)
    assert found.mask.shape == SHAPE
    assert 0 <= found.score <= 1
    assert found.box == box_of(found.mask)


def test_what_is_taken_away_is_subtracted() -> None:
    part = normalise([LEFT, TOP], [0.6, 0.9], ["bolt", "nut"], SHAPE)
    found = part_of(part, normalise([TOP], [0.4], ["ruler"], SHAPE))
    np.testing.assert_array_equal(found.mask, LEFT & ~TOP)
    assert found.box == (0, 2, 3, 4)
    assert found.label == "bolt"
    assert found.score == pytest.approx(0.6)


def test_part_that_is_taken_away_whole_is_not_found() -> None:
    part = normalise([LEFT], [0.9], ["bolt"], SHAPE)
    found = part_of(part, part)
    assert found.is_empty
    assert (found.score, found.box, found.label) == (0, (0, 0, 0, 0), "")


def test_nothing_found_has_the_shape_of_the_image() -> None:
    assert nothing_found(3, 5).mask.shape == (3, 5)
    assert part_of(NOTHING, NOTHING).mask.shape == SHAPE


def test_thing_with_two_names_keeps_the_surer_one() -> None:
    part = normalise([LEFT, TOP], [0.6, 0.9], ["bolt", "nut"], SHAPE)
    others = normalise([LEFT, ~LEFT], [0.7, 0.9], ["ruler", "hand"], SHAPE)
    assert without_rivals(part, others).labels == ("nut",)
    assert without_rivals(others, part).labels == ("ruler", "hand")
    assert without_rivals(part, NOTHING).labels == ("bolt", "nut")
