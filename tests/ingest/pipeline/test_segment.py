"""The segmentation stage: parts are cut before they are embedded, and trouble costs a crop alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.images.preparation import Preparation
from catalog.parts import Part, View, ViewSegmentation
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from ingest.outcomes import RowOutcome
from ingest.pipeline.embed import PointBuilder
from ingest.pipeline.row_hashes import source_hash
from ingest.pipeline.rows import LoadedRow, LoadedView, PlannedRow, Stored
from ingest.pipeline.segment import SegmentStage, Stopped
from ingest.pipeline.stage_clock import StageClock
from segmentation.choices import Choice
from segmentation.contract import Prompts, Segmentation, Segmenter
from segmentation.cutter import Cutter, SegmentUse
from segmentation.pictures import Pictures
from segmentation.registry import segmenter
from tests.segmentation.threshold import Broken, ThreadedThreshold, Threshold, photo

BRIGHT = np.full((50, 60, 3), 255, np.uint8)


class _MeanColour:
    """A real, tiny image embedder: the mean colour, and how dark the picture is."""

    description = EmbedderDescription("mean", "image", 3, "none", "f")

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        return unit_rows(np.array([image.mean(axis=(0, 1)) for image in batch], np.float32))

    embed_queries = embed_documents


def _stage(
    segmenter: Segmenter,
    use: SegmentUse = "crop",
    side: int = 32,
    workers: int = 1,
) -> SegmentStage:
    cutter = Cutter(segmenter, use=use)
    pictures = Pictures(Preparation(), side, 10**7, cutter)
    return SegmentStage(cutter, pictures, StageClock(), workers)


def _loaded(*images: RgbImage, choice: Choice | None = None) -> LoadedRow:
    views = [
        LoadedView(View(f"{n}.png", f"{n}", 1600, 1200), (image,)) for n, image in enumerate(images)
    ]
    choices = {"0.png": choice} if choice else {}
    return LoadedRow.of(PlannedRow(1, Part("1"), row_hash="row", choices=choices), views)


def test_the_embedder_gets_the_crop_and_the_payload_says_so() -> None:
    loaded = _loaded(photo(), BRIGHT[:40])
    first, second = _stage(Threshold()).cut([loaded, _loaded(photo((10, 10, 70, 100)))])
    [crop] = first.views[0].pictures
    assert crop.shape == (32, 32, 3)
    assert first.part.views[0].segmentation == ViewSegmentation(
        used="crop",
        score=0.9,
        label="dark",
        box=(600, 400, 1000, 900),  # of the original, ten times as large
        area=0.1042,
    )
    assert first.part.views[1].segmentation == ViewSegmentation(
        used="full", reason="segmenter_failed"
    )
    assert [cut.text for cut in second.cuts] == ["crop"]
    assert second.part.source_hash == source_hash(second.part, second.part.views)


def test_a_failure_costs_the_crop_not_the_view_and_is_tried_again() -> None:
    loaded = _loaded(photo())
    [cut] = _stage(Broken()).cut([loaded])
    outcome = cut.outcome
    assert (outcome.images_used, outcome.images_failed) == (1, 0)
    assert [view_cut.reason for view_cut in outcome.cuts] == ["segmenter_failed"]
    assert outcome.cuts[0].detail == "RuntimeError: out of memory"
    assert cut.settled_hash == ""
    assert cut.source_hash != loaded.source_hash


def test_what_is_unchanged_is_not_segmented() -> None:
    segmenter = Threshold()
    loaded = _loaded(photo())
    stored = Stored(loaded.source_hash, 1)
    same = replace(loaded, planned=replace(loaded.planned, stored=stored))
    ended = LoadedRow(PlannedRow(2, Part("2"), outcome=RowOutcome(2, "2", "skipped")))
    assert _stage(segmenter).cut([same, ended]) == [same, ended]
    assert segmenter.asked == 0


def test_a_choice_changes_the_hash_and_is_told() -> None:
    plain, full = _loaded(photo()), _loaded(photo(), choice=Choice("no", "review"))
    prompted = _loaded(photo(), choice=Choice("yes", "review", "nut ."))
    assert len({row.source_hash for row in (plain, full, prompted)}) == 3
    _, uncut, cut_by_prompt = _stage(Threshold()).cut([plain, full, prompted])
    decided = ViewSegmentation(used="full", reason="review", by="review")
    assert uncut.part.views[0].segmentation == decided
    segmentation = cut_by_prompt.part.views[0].segmentation
    assert segmentation is not None
    assert (segmentation.by, segmentation.prompt) == ("review", "nut .")


def test_what_the_column_says_stays_beside_what_became_of_the_view() -> None:
    loaded = _loaded(photo())
    [before] = loaded.views
    by_column = replace(before.view, segmentation=ViewSegmentation(column="yes"))
    row = LoadedRow.of(loaded.planned, [replace(before, view=by_column)], (), [])
    [cut] = _stage(Threshold()).cut([row])
    [view] = cut.part.views
    assert view.segmentation is not None
    assert (view.segmentation.column, view.segmentation.used) == ("yes", "crop")


def test_both_makes_two_rows_of_views() -> None:
    loaded = _stage(Threshold(), "both").cut([_loaded(photo(), BRIGHT)])
    builder = PointBuilder(
        "parts", _MeanColour(), None, StageClock(), frozenset({"image", "views"})
    )
    [made] = builder.build(loaded)
    assert made.point is not None
    rows = np.asarray(made.point.vectors["views"])
    assert rows.shape == (3, 3)  # two views, then the full photo of the one that was cut
    np.testing.assert_allclose(rows[2], _MeanColour().embed_documents([photo()])[0], atol=0.02)
    assert made.point.payload["views"][0]["segmentation"]["used"] == "both"


def test_a_sample_is_cut_as_documents_are() -> None:
    stage = _stage(Threshold(), "both")
    pictures = list(stage.of_sample([_loaded(photo()), _loaded(BRIGHT)]))
    assert [picture.shape for picture in pictures] == [(32, 32, 3), (32, 43, 3), (32, 38, 3)]


def _same(left: Sequence[LoadedRow], right: Sequence[LoadedRow]) -> None:
    for one, other in zip(left, right, strict=True):
        assert one.part == other.part
        assert one.cuts == other.cuts
        for view, again in zip(one.views, other.views, strict=True):
            np.testing.assert_array_equal(view.pictures[0], again.pictures[0])


def test_threads_keep_the_order_and_a_failure_costs_one_crop() -> None:
    loaded = [_loaded(photo((n, 10, n + 50, 90)), BRIGHT, photo()) for n in range(20)]
    segmenter = ThreadedThreshold()
    rows = _stage(segmenter, workers=3).cut(loaded)
    _same(rows, _stage(Threshold()).cut(loaded))
    assert len(segmenter.threads) > 1
    assert threading.current_thread().name not in segmenter.threads
    assert all([cut.reason for cut in row.cuts] == ["", "segmenter_failed", ""] for row in rows)


@pytest.mark.slow
def test_masks_made_in_threads_are_those_made_alone() -> None:
    parts = draw_up_parts(8, 5)
    photos = [
        draw_scene(part, photo_seed(part, 0, 5), 200, ruler_share=0.5, clutter_share=0.5).image
        for part in parts
    ]
    silhouette = segmenter("silhouette")
    assert silhouette is not None
    assert Cutter(silhouette).wants_threads
    alone = [_stage(silhouette).cut([_loaded(image)])[0] for image in photos]
    for _ in range(2):
        _same(_stage(silhouette, workers=4).cut([_loaded(image) for image in photos]), alone)


def test_a_segmenter_that_wants_batches_gets_them() -> None:
    segmenter = Threshold()
    _stage(segmenter, workers=3).cut([_loaded(photo()) for _ in range(20)])
    assert (segmenter.asked, len(segmenter.prompts)) == (20, 1)


class _Gate(ThreadedThreshold):
    """Tells that it was asked, and waits to be let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.opened = threading.Event(), threading.Event()

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        self.reached.set()
        self.opened.wait(60)
        return super().segment(batch, prompts)


@pytest.mark.parametrize("workers", [1, 3])
def test_once_stopped_no_other_photo_is_taken_up(workers: int) -> None:
    segmenter = _Gate()
    stage = _stage(segmenter, workers=workers)
    with ThreadPoolExecutor(1) as pool:
        cutting = pool.submit(stage.cut, [_loaded(photo()) for _ in range(20)])
        assert segmenter.reached.wait(60)
        stage.stopped.set()
        segmenter.opened.set()
        with pytest.raises(Stopped):
            cutting.result(60)
    assert segmenter.asked <= workers
