"""Cells of one space share their work and get the labels that they would get alone."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.algorithms.registry import clusterer
from clustering.grid.grid_cells import Cell
from clustering.grid.grid_space import GridSpace, ScaledFeatures
from clustering.scores.extrinsic import extrinsic_scores
from clustering.space.reduction import Reduction, reduced
from tests.clustering.grouping.families import FAMILIES, two_blocks

FEATURES = two_blocks(0.3)
BOTH = ("image", "name")


def test_shared_work_changes_no_labels() -> None:
    scaled = ScaledFeatures(FEATURES, BOTH, "unit")
    cells = [
        Cell(BOTH, "unit", "pca:8", "kmeans", {"n_clusters": FAMILIES}),
        Cell(BOTH, "unit", "pca:8", "leiden", {"resolution": 0.5}),
        Cell(BOTH, "unit", "pca:8", "spectral", {"n_clusters": FAMILIES}),
    ]
    space = GridSpace(scaled, cells, seed=0)
    for cell in cells:
        alone = clusterer(cell.algorithm, cell.params, seed=0).fit_predict(space.space)
        same = extrinsic_scores([str(label) for label in alone], space.labels(cell))
        assert same.ari == pytest.approx(1)


def test_one_pca_serves_all_its_sizes() -> None:
    scaled = ScaledFeatures(FEATURES, BOTH, "standard")
    for text in ("pca:4", "pca:0.6", "pca:0.9"):
        alone = reduced(scaled.combined, Reduction.parse(text))
        np.testing.assert_allclose(scaled.reduced(text, 0), alone, atol=1e-3)


def test_a_cell_with_a_parameter_of_its_own_shares_nothing() -> None:
    scaled = ScaledFeatures(FEATURES, BOTH, "unit")
    few = Cell(BOTH, "unit", "pca:8", "leiden", {"resolution": 0.5, "n_neighbors": 2})
    many = Cell(BOTH, "unit", "pca:8", "leiden", {"resolution": 0.5})
    space = GridSpace(scaled, [few, many], seed=0)
    alone = clusterer("leiden", few.params, seed=0).fit_predict(space.space)
    assert space.labels(few).tolist() == alone.tolist()
    assert space.labels(few).max() > space.labels(many).max()


def test_a_radius_that_is_given_is_not_chosen() -> None:
    scaled = ScaledFeatures(FEATURES, BOTH, "unit")
    params = {"min_samples": 3, "eps": 1e-6}
    cell = Cell(BOTH, "unit", "pca:8", "dbscan", params)
    assert set(GridSpace(scaled, [cell], seed=0).labels(cell).tolist()) == {-1}


def test_a_feature_without_weight_takes_no_part() -> None:
    scaled = ScaledFeatures(FEATURES, BOTH, "unit", {"image": 0.0})
    assert not scaled.combined[:, :24].any()
    assert scaled.combined[:, 24:].any()
