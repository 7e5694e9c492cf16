"""The segmentation stage: parts are cut before they are embedded, and trouble costs a crop alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.embed import EmbeddedTask, PointBuilder
from ingest.outcomes import RowOutcome
from ingest.segment import SegmentStage
from ingest.stage_clock import StageClock
from ingest.task import LoadedTask, Stored, Task, source_hash
from partscope.arrays import FloatMatrix, RgbImage, unit_rows
from partscope.embedding.contract import EmbedderDescription
from partscope.parts import Part, View
from segmentation.choices import Choice
from segmentation.contract import Segmenter
from segmentation.cutter import Cutter, SegmentUse
from tests.segmentation.threshold import Broken, Threshold, photo

BRIGHT = np.full((50, 60, 3), 255, np.uint8)


class _MeanColour:
    """A real, tiny image embedder: the mean colour, and how dark the picture is."""

    description = EmbedderDescription("mean", "image", 3, "none", "f")

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        return unit_rows(np.array([image.mean(axis=(0, 1)) for image in batch], np.float32))

    embed_queries = embed_documents


def _stage(segmenter: Segmenter, use: SegmentUse = "crop", side: int = 32) -> SegmentStage:
    return SegmentStage(Cutter(segmenter, use=use), lambda image: image, side, StageClock())


def _loaded(*images: RgbImage, choice: Choice | None = None) -> LoadedTask:
    views = tuple(View(f"{n}.png", f"{n}", 1600, 1200) for n in range(len(images)))
    task = Task(1, Part("1"), (), "row", choices={"0.png": choice} if choice else {})
    part = Part("1", views=views, source_hash=source_hash(Part("1"), views, task.marks))
    return LoadedTask(task, part, images)


def _cut(stage: SegmentStage, *loaded: LoadedTask | RowOutcome) -> list[LoadedTask]:
    return [item for item in stage.cut(loaded) if isinstance(item, LoadedTask)]


def test_the_embedder_gets_the_crop_and_the_payload_says_so() -> None:
    loaded = _loaded(photo(), BRIGHT[:40])
    first, second = _cut(_stage(Threshold()), loaded, _loaded(photo((10, 10, 70, 100))))
    assert first.pixels[0].shape == (32, 32, 3)
    told = first.part.views[0].segmentation
    assert told is not None
    assert told == {
        "used": "crop",
        "score": 0.9,
        "label": "dark",
        "box": [600, 400, 1000, 900],  # of the original, ten times as large
        "area": 0.1042,
    }
    assert first.part.views[1].segmentation == {"used": "full", "reason": "segmenter_failed"}
    assert [cut.text for cut in second.cuts] == ["crop"]
    assert second.part.source_hash == source_hash(second.part, second.part.views)


def test_a_failure_costs_the_crop_not_the_view_and_is_tried_again() -> None:
    loaded = _loaded(photo())
    [cut] = _cut(_stage(Broken()), loaded)
    outcome = cut.outcome()
    assert (outcome.images_used, outcome.images_failed) == (1, 0)
    assert [made.reason for made in outcome.cuts] == ["segmenter_failed"]
    assert outcome.cuts[0].detail == "RuntimeError: out of memory"
    assert cut.settled_hash == ""
    assert cut.part.source_hash != loaded.part.source_hash


def test_what_is_unchanged_is_not_segmented() -> None:
    segmenter = Threshold()
    loaded = _loaded(photo())
    same = replace(loaded, task=replace(loaded.task, stored=Stored(loaded.part.source_hash, 1)))
    ended = RowOutcome(2, "2", "skipped")
    assert _stage(segmenter).cut([same, ended]) == [same, ended]
    assert segmenter.asked == 0


def test_a_choice_changes_the_hash_and_is_told() -> None:
    plain, full = _loaded(photo()), _loaded(photo(), choice=Choice("no", "review"))
    prompted = _loaded(photo(), choice=Choice("yes", "review", "nut ."))
    assert len({each.part.source_hash for each in (plain, full, prompted)}) == 3
    _, kept, asked = _cut(_stage(Threshold()), plain, full, prompted)
    assert kept.part.views[0].segmentation == {"used": "full", "reason": "review", "by": "review"}
    told = asked.part.views[0].segmentation or {}
    assert (told["by"], told["prompt"]) == ("review", "nut .")


def test_both_makes_two_rows_of_views() -> None:
    loaded = _cut(_stage(Threshold(), "both"), _loaded(photo(), BRIGHT))
    builder = PointBuilder(
        "parts", _MeanColour(), None, StageClock(), frozenset({"image", "views"})
    )
    [made] = builder.build(loaded)
    assert isinstance(made, EmbeddedTask)
    rows = np.asarray(made.point.vectors["views"])
    assert rows.shape == (3, 3)  # two views, then the full photo of the one that was cut
    np.testing.assert_allclose(rows[2], _MeanColour().embed_documents([photo()])[0], atol=0.02)
    assert made.point.payload["views"][0]["segmentation"]["used"] == "both"


def test_a_sample_is_cut_as_documents_are() -> None:
    stage = _stage(Threshold(), "both")
    pictures = list(stage.pictures([photo(), BRIGHT]))
    assert [picture.shape for picture in pictures] == [(32, 32, 3), (32, 43, 3), (32, 38, 3)]
