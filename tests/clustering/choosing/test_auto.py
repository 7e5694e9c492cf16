from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.choosing.auto import Chooser
from clustering.grouping.fused_graph import affinities
from clustering.scores.extrinsic import extrinsic_scores
from tests.clustering.choosing.rings import ring_of_blobs


def rings() -> tuple[FloatMatrix, list[str]]:
    """Two rings, one inside the other: no centres tell them apart."""
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, 600)
    radii = np.repeat([1.0, 4.0], 300) + 0.05 * np.random.default_rng(1).normal(size=600)
    rows = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    return rows.astype(np.float32), ["inner"] * 300 + ["outer"] * 300


def test_the_number_and_the_reasons_come_from_the_data() -> None:
    rows = ring_of_blobs(7)
    choice = Chooser(affinities(rows), rows, (2, 20), seed=0).choose()
    assert choice.best.k == 7
    assert "k = 7" in choice.reasons[0]
    assert {candidate.algorithm for candidate in choice.candidates} == {
        "leiden",
        "spectral",
        "kmeans",
    }
    assert choice.best.compared().modularity == choice.best.separation.modularity


def test_what_has_no_centres_is_not_left_to_centres() -> None:
    rows, families = rings()
    choice = Chooser(affinities(rows), rows, (2, 2), seed=0).choose()
    scores = {
        candidate.algorithm: extrinsic_scores(families, candidate.labels).ari
        for candidate in choice.candidates
    }
    assert scores["kmeans"] < 0.2
    assert extrinsic_scores(families, choice.best.labels).ari > 0.99


def test_an_algorithm_that_was_asked_for_is_taken() -> None:
    rows = ring_of_blobs(4)
    choice = Chooser(affinities(rows), rows, (2, 10), seed=0).choose(["spectral"])
    assert choice.best.algorithm == "spectral"
    assert choice.best.k == 4
