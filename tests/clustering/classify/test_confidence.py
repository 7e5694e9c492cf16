"""How sure a classification is, learnt from the catalogue's own parts."""

from __future__ import annotations

import numpy as np

from clustering.classify.confidence import MIN_SAMPLE, UNLEARNT, Confidence, learn_confidences
from clustering.classify.votes import Votes
from tests.clustering.blobs import Blobs


def votes(*shares: float) -> Votes:
    return Votes(dict(enumerate(shares)), {}, {})


def test_confidence_is_learnt_for_each_way_of_asking(blobs: Blobs) -> None:
    blobs.cluster()
    confidences = learn_confidences(blobs.stores.parts, blobs.payload())
    assert set(confidences) == {"image", "name", "both"}
    assert confidences["name"](votes(1.0)) > 0.9
    assert confidences["name"](votes(0.5, 0.5)) < confidences["name"](votes(1.0))


def test_few_parts_teach_nothing(blobs: Blobs) -> None:
    some = dict(list(blobs.payload().items() or [("x", 0)])[: MIN_SAMPLE - 1])
    assert learn_confidences(blobs.stores.parts, some)["name"] is UNLEARNT


def test_a_confidence_survives_being_stored() -> None:
    learnt = Confidence(np.array([3.0, 1.0, -2.0]), 0.4)
    again = Confidence.from_array(learnt.to_array())
    assert again(votes(0.7, 0.2)) == learnt(votes(0.7, 0.2))
    assert again.least_nearest == learnt.least_nearest
    assert 0 < UNLEARNT(votes()) < UNLEARNT(votes(0.6, 0.4)) < UNLEARNT(votes(1.0)) < 1
