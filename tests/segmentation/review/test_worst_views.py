"""Which views come first on the review page, and how outcomes are counted and worded."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from catalog.parts import MeasuredSize, View, ViewSegmentation
from segmentation.review.page import ReviewPage
from segmentation.review.wording import outcome, outcome_text, size_text
from segmentation.review.worst_views import ReviewedView, WorstViews


def reviewed(segmentation: ViewSegmentation | None, number: int = 1) -> ReviewedView:
    return ReviewedView("1", "", number, View("a.png", "a", 10, 10, (), segmentation))


def test_refused_masks_come_first_then_crops_by_score_then_what_was_chosen() -> None:
    worst_first = [
        reviewed(ViewSegmentation(used="full", reason="segmenter_failed")),
        reviewed(ViewSegmentation(used="full", reason="touches_border", score=0.9)),
        reviewed(ViewSegmentation(used="full", reason="unsure", score=0.2)),
        reviewed(ViewSegmentation(used="full", reason="unsure", score=0.6)),
        reviewed(ViewSegmentation(used="crop", score=0.7)),
        reviewed(ViewSegmentation(used="both", score=0.9)),
        reviewed(ViewSegmentation(used="both", score=0.9), number=2),
        reviewed(ViewSegmentation(used="full", reason="review")),
        reviewed(ViewSegmentation(used="full", reason="not_needed")),
    ]
    backwards = worst_first[::-1]
    assert sorted(backwards, key=lambda view: view.rank) == worst_first
    assert [view.is_refused for view in worst_first] == [True] * 4 + [False] * 5


@pytest.mark.parametrize(
    ("segmentation", "text"),
    [
        (ViewSegmentation(used="crop", score=0.876), "crop, score 0.88"),
        (ViewSegmentation(used="both", score=1.0), "crop and full photo, score 1.00"),
        (ViewSegmentation(used="full", reason="not_needed"), "full photo: not needed"),
        (ViewSegmentation(used="full", reason="tiny", score=0.0), "full photo: tiny, score 0.00"),
        (ViewSegmentation(column="no"), "not segmented"),
        (ViewSegmentation(), "not segmented"),
    ],
)
def test_an_outcome_is_told_in_a_few_words(segmentation: ViewSegmentation, text: str) -> None:
    assert outcome_text(segmentation) == text
    assert text.startswith(outcome(segmentation))
    assert reviewed(segmentation).segmentation == segmentation


def test_a_view_that_was_never_segmented_has_an_outcome_too() -> None:
    assert outcome(reviewed(None).segmentation) == "not segmented"


def test_sizes_are_told_in_millimetres() -> None:
    assert size_text(MeasuredSize(30.02, 12.5, 0.81, 0.1, 61)) == (
        "30.0 x 12.5 mm (± 0.8, by the ruler)"
    )
    assert size_text(None) == ""


def test_the_command_line_tells_of_a_page_as_it_did() -> None:
    outcomes = Counter({"crop": 2, "full photo: nothing found": 1})
    worst = WorstViews((reviewed(None),), outcomes)
    page = ReviewPage(Path("review") / "segmentation.html", worst)
    assert json.dumps(page.to_json()) == (
        '{"page": "review/segmentation.html", "views": 1, "outcomes": '
        '{"crop": 2, "full photo: nothing found": 1}}'
    )
    assert page.lines() == [
        "3 views: 2 crop, 1 full photo: nothing found",
        "page with the 1 worst: review/segmentation.html",
    ]
