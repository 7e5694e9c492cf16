from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from catalog.errors import UsageError
from clustering.contract import NOISE
from clustering.scores.extrinsic import extrinsic_scores

pairs = st.lists(
    st.tuples(st.sampled_from(["bolt", "nut", "Ventil", "seal"]), st.integers(-1, 4)),
    min_size=2,
    max_size=60,
)


@given(pairs)
def test_scores_equal_scikit_learns(rows: list[tuple[str, int]]) -> None:
    truth, labels = [family for family, _ in rows], np.array([label for _, label in rows])
    scores = extrinsic_scores(truth, labels)
    assert scores.ari == pytest.approx(metrics.adjusted_rand_score(truth, labels), abs=1e-9)
    assert scores.fmi == pytest.approx(metrics.fowlkes_mallows_score(truth, labels), abs=1e-9)
    nmi = metrics.normalized_mutual_info_score(truth, labels)
    assert scores.nmi == pytest.approx(nmi, abs=1e-9)
    three = metrics.homogeneity_completeness_v_measure(truth, labels)
    assert (scores.homogeneity, scores.completeness, scores.v_measure) == pytest.approx(
        three, abs=1e-9
    )


@given(pairs)
def test_pairwise_scores_count_pairs(rows: list[tuple[str, int]]) -> None:
    together = families = both = 0
    for position, (family, label) in enumerate(rows):
        for other_family, other_label in rows[:position]:
            together += label == other_label
            families += family == other_family
            both += label == other_label and family == other_family
    scores = extrinsic_scores([row[0] for row in rows], np.array([row[1] for row in rows]))
    assert scores.pairwise_precision == pytest.approx(both / together if together else 0)
    assert scores.pairwise_recall == pytest.approx(both / families if families else 0)
    halves = together + families
    assert scores.pairwise_f1 == pytest.approx(2 * both / halves if both else 0)


def test_purity_is_the_share_of_each_clusters_largest_family() -> None:
    scores = extrinsic_scores(["a", "a", "b", "b", "b", "c"], np.array([0, 0, 0, 1, 1, 1]))
    assert scores.purity == pytest.approx(4 / 6)


def test_noise_is_a_group_and_lowers_coverage() -> None:
    truth = ["a"] * 4 + ["b"] * 4
    whole = extrinsic_scores(truth, np.array([0] * 4 + [1] * 4))
    left_out = extrinsic_scores(truth, np.array([0, 0, NOISE, NOISE, 1, 1, NOISE, NOISE]))
    assert (whole.ari, whole.coverage) == (1, 1)
    assert left_out.coverage == 0.5
    assert left_out.ari < 0.5


def test_parts_without_a_family_are_left_out() -> None:
    truth = ["a", None, "b", None, "b"]
    scores = extrinsic_scores(truth, np.array([0, NOISE, 1, 0, 1]))
    assert (scores.n, scores.ari, scores.coverage) == (3, 1, 1)


def test_one_label_is_scored_without_fuss() -> None:
    scores = extrinsic_scores(["a", "b", "a", "b"], np.zeros(4, np.int32))
    assert (scores.ari, scores.homogeneity, scores.completeness) == (0, 0, 1)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(UsageError, match="no part has a known family"):
        extrinsic_scores([None, None], np.zeros(2, np.int32))
    with pytest.raises(UsageError, match="2 families do not fit 3 labels"):
        extrinsic_scores(["a", "b"], np.zeros(3, np.int32))


def test_scores_by_name() -> None:
    scores = extrinsic_scores(["a", "b"], np.array([0, 1])).as_dict()
    assert scores["ari"] == 1
    assert {"coverage", "pairwise_f1", "purity"} <= set(scores)
