"""How likely each pixel is part: two steps of logistic regression.

The first weighs the candidates by what each pixel shows; the second also knows what the first
believes around it and which colours that gives part and background in this photo. The coefficients in
``coefficients.json`` were fitted by ``benchmarks.fit_silhouette``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.candidates import candidates
from segmentation.silhouette.cues import (
    Cues,
    belief_cues,
    candidate_cues,
    local_cues,
    probability,
)
from segmentation.silhouette.morphology import without_holes

Coefficients = NDArray[np.float32]
"""Shape (3, cues + 1): of the cues and of 1; as they are, times belief, times doubt."""


def read_belief(evidence: Evidence) -> Plane:
    """Return the probability of being part of each pixel, shape (height, width), 0..1."""
    first, second = fitted()
    local = local_cues(evidence)
    masks = candidates(evidence)
    before = masks.mean(axis=0)
    belief = weighed(first_cues(local, masks), before, first)
    return weighed(second_cues(local, belief, evidence), belief, second)


def first_cues(local: Cues, masks: NDArray[np.float32]) -> Cues:
    """Return what the first step weighs."""
    return np.concatenate([local, candidate_cues(masks)])


def second_cues(local: Cues, belief: Plane, evidence: Evidence) -> Cues:
    """Return what the second step weighs."""
    filled = without_holes(belief > 0.5).astype(np.float32)
    return np.concatenate([local, belief_cues(belief, evidence), filled[None]])


def weighed(cues: Cues, belief: Plane, coefficients: Coefficients) -> Plane:
    """Return the probability that follows from cues and from what is believed already."""
    # Not a matrix product: BLAS would start threads for what one core does in a millisecond.
    sums = np.einsum("ij,jkl->ikl", coefficients[:, :-1], cues)
    plain, by_belief, by_doubt = sums + coefficients[:, -1:, None]
    return probability(plain + belief * by_belief + doubt(belief) * by_doubt)


def doubt(belief: Plane) -> Plane:
    """Return 1 where part and background are as likely, 0 where either is certain."""
    return np.asarray(4 * belief * (1 - belief), np.float32)


@cache
def fitted() -> tuple[Coefficients, Coefficients]:
    """Return the coefficients of both steps."""
    text = resources.files(__package__).joinpath("coefficients.json").read_text(encoding="utf-8")
    first, second = (np.array(rows, np.float32) for rows in json.loads(text))
    return first, second


def digest() -> str:
    """Return what changes with the coefficients."""
    return hashlib.sha256(b"".join(step.tobytes() for step in fitted())).hexdigest()[:8]
