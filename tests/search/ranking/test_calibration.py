from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog.arrays import SparseVector
from search.ranking.calibration import (
    DEFAULT_CURVES,
    TOP_EVIDENCE,
    Calibration,
    Curve,
    curve_of,
    pair_similarities,
    score_of,
)

cosines = st.floats(-1, 1, width=32)
samples = arrays(np.float64, st.integers(0, 2000), elements=cosines)


@given(samples, st.lists(cosines, min_size=2, max_size=20))
def test_evidence_rises_with_similarity_within_its_bounds(
    pairs: np.ndarray, scores: list[float]
) -> None:
    evidence = curve_of(pairs, DEFAULT_CURVES["image"])(np.sort(scores))
    assert np.all(np.diff(evidence) >= -1e-12)  # interpolation rounds
    assert evidence.min() >= 0
    assert evidence.max() <= TOP_EVIDENCE


@given(samples)
def test_the_identical_vector_is_worth_the_same_in_every_catalogue(pairs: np.ndarray) -> None:
    assert curve_of(pairs, DEFAULT_CURVES["image"])(np.array([1.0]))[0] == TOP_EVIDENCE


def test_evidence_is_the_tail_of_random_pairs() -> None:
    pairs = np.random.default_rng(0).uniform(0, 0.9, 100_000)
    curve = curve_of(pairs, DEFAULT_CURVES["image"])
    for tail in (0.5, 0.1, 0.01, 0.001):
        similarity = np.quantile(pairs, 1 - tail)
        assert np.isclose(curve(np.array([similarity]))[0], -np.log(tail), rtol=0.02)


def test_the_same_cosine_counts_by_what_is_usual_in_the_catalogue() -> None:
    rng = np.random.default_rng(0)
    spread = curve_of(rng.normal(0.1, 0.1, 10_000), DEFAULT_CURVES["image"])
    crowded = curve_of(rng.normal(0.8, 0.05, 10_000), DEFAULT_CURVES["image"])
    assert spread(np.array([0.6]))[0] > 5
    assert crowded(np.array([0.6]))[0] < 1


def test_few_pairs_take_the_default() -> None:
    assert curve_of(np.full(10, 0.3), DEFAULT_CURVES["terms"]) is DEFAULT_CURVES["terms"]


def test_duplicates_in_the_sample_do_not_make_an_identical_part_common() -> None:
    pairs = np.concatenate([np.full(500, 1.0), np.linspace(0, 0.5, 500)])
    curve = curve_of(pairs, DEFAULT_CURVES["image"])
    assert curve(np.array([1.0]))[0] == TOP_EVIDENCE
    assert curve(np.array([0.5]))[0] < 1


def test_scores_say_what_share_of_random_parts_looks_as_much_alike() -> None:
    scores = score_of(np.array([0.0, -np.log(0.01), TOP_EVIDENCE]))
    assert scores[0] < 0.01
    assert np.isclose(scores[1], 0.5)
    assert scores[2] > 0.998


def test_missing_stays_missing() -> None:
    evidence = Calibration(points=5).evidence("image", np.array([np.nan, 0.9]))
    assert np.isnan(evidence[0])
    assert evidence[1] > 0


def test_a_calibration_survives_its_artefact() -> None:
    curve = curve_of(np.linspace(-1, 0.9, 5000), DEFAULT_CURVES["image"])
    calibration = Calibration(900, 500, {"image": curve}, {4_000_000_000: 0.25})
    assert Calibration.from_artefact(calibration.to_artefact()) == calibration


def test_the_artefact_of_stored_catalogues_is_read_and_written() -> None:
    content = (
        b'{"format": 2, "points": 900, "sampled": 500, '
        b'"curves": {"image": [[0.0, 1.0], [0.5, 11.5]]}, "term_share": {"4000000000": 0.25}}'
    )
    calibration = Calibration.from_artefact(content)
    curve = Curve((0.0, 1.0), (0.5, 11.5))
    assert calibration == Calibration(900, 500, {"image": curve}, {4_000_000_000: 0.25})
    assert calibration.to_artefact() == content


@pytest.mark.parametrize(
    "content", [b'{"format": 0}', b"{}", b"[]", b"", b"\xff", b'{"format": 2, "curves": 3}']
)
def test_another_version_or_a_damaged_artefact_is_not_read(content: bytes) -> None:
    assert Calibration.from_artefact(content) is None


def test_it_fits_until_the_catalogue_has_grown_by_a_quarter() -> None:
    assert Calibration(points=1000).fits(1249)
    assert not Calibration(points=1000).fits(1300)
    assert not Calibration(points=0).fits(20)


def test_an_ideal_match_is_covered_wholly_and_rare_terms_weigh_more() -> None:
    calibration = Calibration(1000, 500, DEFAULT_CURVES, {1: 0.5, 2: 0.01})
    own = SparseVector(np.array([1, 2], np.uint32), np.ones(2, np.float32))
    common, rare = calibration.idf(own.indices)
    assert common == pytest.approx(np.log(500.5 / 500.5 + 1))
    assert rare == pytest.approx(np.log(990.5 / 10.5 + 1))
    scores = np.array([0.0, common, rare, common + rare, 99.0])
    coverage = calibration.coverage(own, scores)
    assert coverage[0] == 0
    assert np.all(np.diff(coverage[:4]) > 0)
    assert coverage[3:].tolist() == [1, 1]


def test_pairs_leave_out_the_row_itself() -> None:
    rows = np.eye(3, dtype=np.float32)
    assert pair_similarities(rows, rows).tolist() == [0.0] * 6
