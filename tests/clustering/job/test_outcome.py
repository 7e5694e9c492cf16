"""A finished job in words: what was made, how, how good it is, and what waits for the next run."""

from __future__ import annotations

from clustering.contract import Plan
from clustering.job.outcome import Outcome
from clustering.runs.run import Counts, Run
from clustering.scores.run_scores import RunScores

RUN = Run(
    "default@2",
    "default",
    "2026-11-24T09:00:00+00:00",
    Plan(),
    Plan(algorithm="dbscan", k=3, params={"eps": 0.5}, scaling="whiten", reduction="pca:64"),
    "basis",
    reasons=("eps is the knee",),
    metrics=RunScores(silhouette=0.25, inertia=7.0, ari=0.5),
    counts=Counts(n_parts=10, n_clusters=3, noise=2, new=1, deleted=4),
)


def test_it_is_told_in_lines() -> None:
    assert Outcome(RUN, 8, 1.26).lines() == [
        "run default@2: 3 clusters of 10 parts, 2 in none; grouped anew, 8 parts changed (1.3 s)",
        "  dbscan, eps = 0.5, k = 3, on image + name (scaling whiten, reduction pca:64, seed 0)",
        "  eps is the knee",
        "  silhouette 0.250, ari 0.500, coverage 0.800",
        "  ingested meanwhile, for the next run: 1 new, 4 deleted",
    ]


def test_the_algorithm_stands_beside_its_other_parameters() -> None:
    values = Outcome(RUN, 8, 1.2345).to_json()
    assert values["algorithm"] == "dbscan"
    assert "algorithm" not in values["params"]
    assert values["params"]["params"] == {"eps": 0.5}
    assert values["metrics"] == {"silhouette": 0.25, "inertia": 7.0, "ari": 0.5}
    assert values["seconds"] == 1.234


def test_a_run_without_parts_covers_nothing() -> None:
    assert Counts().coverage == 0
