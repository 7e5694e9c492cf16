"""The scores of a run: its own, and against families where there are any."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from clustering.scores.extrinsic import extrinsic_scores
from clustering.scores.intrinsic import intrinsic_scores
from clustering.scores.run_scores import RunScores, score_run

SPACE = np.array([[0, 0], [0, 1], [9, 9], [9, 8], [5, 5]], np.float32)
LABELS = np.array([0, 0, 1, 1, -1], np.int32)
FAMILIES = ["a", "a", "b", None, "b"]


def test_both_kinds_of_scores_stand_together_and_coverage_is_of_all_parts() -> None:
    scores = score_run(SPACE, LABELS, FAMILIES, seed=0)
    intrinsic, extrinsic = intrinsic_scores(SPACE, LABELS), extrinsic_scores(FAMILIES, LABELS)
    assert scores.silhouette == intrinsic.silhouette
    assert (scores.coverage, scores.n_with_family) == (0.8, 4)
    assert (scores.ari, scores.purity) == (extrinsic.ari, extrinsic.purity)
    assert None not in asdict(scores).values()


def test_without_families_and_with_one_group_only_what_is_defined_is_told() -> None:
    scores = score_run(SPACE, np.zeros(5, np.int32), [None] * 5, seed=0)
    assert set(scores.to_json()) == {"inertia", "coverage"}


def test_scores_survive_being_stored_and_later_ones_are_ignored() -> None:
    scores = score_run(SPACE, LABELS, FAMILIES, seed=0)
    assert RunScores.from_json({**scores.to_json(), "mood": 1.0}) == scores
