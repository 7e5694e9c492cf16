"""Cues and the beliefs that are weighed from them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.belief import (
    digest,
    doubt,
    first_cues,
    fitted,
    read_belief,
    second_cues,
    weighed,
)
from segmentation.silhouette.candidates import candidates
from segmentation.silhouette.cues import (
    belief_cues,
    candidate_cues,
    local_cues,
    log_odds,
    probability,
)
from tests.segmentation.drawn_parts import BLUE, disc, on_paper
from tests.segmentation.noise import noise

DISC = disc(96, 128, 26)
EVIDENCE = read_evidence(on_paper(DISC, BLUE))


@given(st.floats(0.05, 0.95))
def test_odds_lead_back_to_their_probability(value: float) -> None:
    plane = np.full((2, 3), value, np.float32)
    assert np.abs(probability(log_odds(plane)) - plane).max() < 0.02


def test_odds_are_bounded_and_even_at_a_half() -> None:
    odds = log_odds(np.array([[0, 0.5, 1]], np.float32))
    np.testing.assert_allclose(odds, [[-4.615, 0, 4.615]], atol=0.01)


def test_cues_are_as_many_as_were_fitted_and_finite() -> None:
    first, second = fitted()
    for evidence in (EVIDENCE, read_evidence(noise(40, 60, seed=2, smooth=3))):
        local = local_cues(evidence)
        cues = first_cues(local, candidates(evidence))
        assert cues.shape == (first.shape[1] - 1, *evidence.edge.shape)
        more = second_cues(local, cues[0].clip(0, 1), evidence)
        assert more.shape == (second.shape[1] - 1, *evidence.edge.shape)
        assert np.isfinite(cues).all()
        assert np.isfinite(more).all()


def test_cues_of_candidates_are_these_and_how_many_there_are_around() -> None:
    masks = np.stack([DISC, DISC, ~DISC]).astype(np.float32)
    cues = candidate_cues(masks)
    np.testing.assert_array_equal(cues[:3], masks)
    assert abs(cues[3, 48, 64] - 2 / 3) < 0.01
    assert abs(cues[3, 2, 2] - 1 / 3) < 0.01


def test_colours_of_likely_part_speak_for_the_part() -> None:
    belief = np.where(disc(96, 128, 18), np.float32(0.9), np.float32(0.1))
    colour = belief_cues(belief, EVIDENCE)[4]
    assert np.median(colour[DISC]) > 1
    assert np.median(colour[~DISC]) < -0.5


def test_without_weights_nothing_is_known_and_belief_alone_can_be_weighed() -> None:
    cues, belief = np.ones((2, 3, 4), np.float32), np.full((3, 4), 0.9, np.float32)
    coefficients = np.zeros((3, 3), np.float32)
    np.testing.assert_allclose(weighed(cues, belief, coefficients), 0.5)
    coefficients[1, -1] = 10
    assert weighed(cues, belief, coefficients).min() > 0.99


def test_doubt_is_largest_where_part_and_background_are_as_likely() -> None:
    np.testing.assert_allclose(doubt(np.array([[0, 0.5, 1]], np.float32)), [[0, 1, 0]])


def test_the_part_is_believed_and_the_paper_is_not() -> None:
    belief = read_belief(EVIDENCE)
    assert ((belief >= 0) & (belief <= 1)).all()
    assert belief[disc(96, 128, 23)].mean() > 0.95
    assert belief[~disc(96, 128, 29)].mean() < 0.05
    np.testing.assert_array_equal(read_belief(EVIDENCE), belief)


def test_the_digest_is_that_of_the_coefficients_that_masks_are_kept_under() -> None:
    assert digest() == "8a95be9d"
