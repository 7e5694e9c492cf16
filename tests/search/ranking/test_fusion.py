from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from search.queries.weights import GROUP_OF, resolve_weights
from search.ranking.calibration import TOP_EVIDENCE, score_of
from search.ranking.fusion import fuse

VECTORS = tuple(GROUP_OF)
WEIGHTS = resolve_weights({}, VECTORS)
values = st.one_of(st.just(float("nan")), st.floats(0, TOP_EVIDENCE))
tables = st.integers(1, 8).flatmap(lambda n: arrays(np.float64, (n, len(VECTORS)), elements=values))
weights = st.fixed_dictionaries({name: st.floats(0.01, 10) for name in VECTORS})


@given(tables, weights)
def test_scores_are_in_bounds_and_shares_add_up(
    table: np.ndarray, weight: dict[str, float]
) -> None:
    fused = fuse(table, VECTORS, weight)
    assert np.all((fused.scores >= 0) & (fused.scores < 1))
    blank = np.isnan(table).all(axis=1)
    assert np.allclose(fused.shares.sum(axis=1), ~blank)
    assert np.all(fused.shares[np.isnan(table)] == 0)
    assert np.all((fused.scores == 0) == blank)


@given(tables, weights, st.integers(0, len(VECTORS) - 1), st.floats(0, 3))
def test_more_evidence_never_lowers_a_score(
    table: np.ndarray, weight: dict[str, float], column: int, more: float
) -> None:
    better = table.copy()
    better[:, column] += more
    assert np.all(
        fuse(better, VECTORS, weight).scores >= fuse(table, VECTORS, weight).scores - 1e-12
    )


@given(st.floats(0, TOP_EVIDENCE), st.sampled_from(VECTORS))
def test_one_vector_alone_scores_its_own_evidence(value: float, name: str) -> None:
    scores = fuse(np.array([[value]]), [name], {name: 3.0}).scores
    assert np.isclose(scores[0], score_of(np.array([value]))[0])


@given(st.floats(1.0, TOP_EVIDENCE))
def test_a_missing_picture_ranks_between_a_bad_and_an_equally_good_one(value: float) -> None:
    table = np.array([[0.0, value], [np.nan, value], [value, value]])
    bad, missing, good = fuse(table, ["image", "name_de"], {"image": 1, "name_de": 1}).scores
    assert bad < missing <= good


def test_languages_are_alternatives() -> None:
    table = np.array([[8.0, 2.0], [8.0, np.nan], [8.0, 8.0]])
    fused = fuse(table, ["name_de", "name_en"], {"name_de": 0.5, "name_en": 0.5})
    assert np.allclose(fused.scores, score_of(np.array([8.0, 8.0, 8.0])))
    assert fused.shares.tolist() == [[1, 0], [1, 0], [1, 0]]


def test_a_heavier_vector_counts_for_more() -> None:
    table = np.array([[8.0, 2.0]])
    light = fuse(table, ["image", "name_de"], {"image": 1, "name_de": 1}).scores
    heavy = fuse(table, ["image", "name_de"], {"image": 3, "name_de": 1}).scores
    assert heavy[0] > light[0]


def test_without_evidence_the_shares_are_the_weights() -> None:
    fused = fuse(np.zeros((1, 2)), ["image", "terms"], {"image": 3.0, "terms": 1.0})
    assert fused.shares.tolist() == [[0.75, 0.25]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"image": 1.0, "name_de": 0.5, "name_en": 0.5}),
        ({"name": 2}, {"image": 1.0, "name_de": 2.0, "name_en": 2.0}),
        ({"name": 2, "name_en": 0}, {"image": 1.0, "name_de": 2.0, "name_en": 0.0}),
    ],
)
def test_weights_go_by_vector_then_group(
    given: dict[str, float], expected: dict[str, float]
) -> None:
    assert resolve_weights(given, ("image", "name_de", "name_en")) == expected
