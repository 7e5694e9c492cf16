"""What is grouped: the scaled blocks, the space made of them, and which parts lack what."""

from __future__ import annotations

import numpy as np

from clustering.contract import Plan
from clustering.space.prepared_features import prepare_features
from tests.clustering.grouping.families import FAMILY, blobs, features, two_blocks

COUNT = len(FAMILY)


def test_parts_without_any_feature_stand_in_the_space_but_not_among_the_rows() -> None:
    with_image = np.arange(5, COUNT)
    few = features({"image": (with_image, blobs(1, 24))}, COUNT)
    prepared = prepare_features(few, Plan(("image",), reduction="pca:4"), lambda _: None)
    assert (prepared.space.shape, prepared.own.shape) == ((COUNT, 4), (COUNT - 5, 4))
    assert prepared.rows.tolist() == with_image.tolist()
    assert prepared.reasons() == (
        f"grouped by image ({COUNT - 5} of {COUNT} parts)",
        "5 parts have none of these features and are noise",
    )


def test_blocks_of_some_parts_are_numbered_among_them() -> None:
    prepared = prepare_features(two_blocks(0.5), Plan(("image", "name")), lambda _: None)
    rows = np.arange(0, COUNT, 2)
    for whole, some in zip(prepared.blocks, prepared.blocks_of(rows), strict=True):
        np.testing.assert_array_equal(rows[some.rows], np.intersect1d(whole.rows, rows))
        kept = np.isin(whole.rows, rows)
        np.testing.assert_array_equal(some.matrix, whole.matrix[kept])


def test_what_is_done_is_said_and_the_graph_is_shown_in_the_usual_space() -> None:
    said: list[str] = []
    plan = Plan(("image", "name"), reduction="graph")
    prepared = prepare_features(two_blocks(0.1), plan, said.append)
    assert said == ["scaling the features", "combining the features (pca:64)"]
    assert prepared.reduction == "pca:64"
