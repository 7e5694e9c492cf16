"""The embedding stage: a missing modality is a missing vector, one bad item costs itself alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.errors import PartscopeError
from catalog.parts import Part, View, point_id
from ingest.outcomes import RowOutcome
from ingest.pipeline.embed import EmbeddedTask, PointBuilder, embed_each
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, Stored, Task, source_hash


class _MeanColour:
    """A real, tiny image embedder: the mean colour; breaks on any batch with a 1-pixel image."""

    description = EmbedderDescription("mean", "image", 3, "none", "f")

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        if any(image.size == 3 for image in batch):
            raise RuntimeError("one pixel")
        return unit_rows(np.array([image.mean(axis=(0, 1)) for image in batch], np.float32))

    embed_queries = embed_documents


class _Letters:
    """A real, tiny text embedder: counts of a, b and c; rows of zeros without any."""

    description = EmbedderDescription("letters", "text", 3, "none", "f")

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        counts = [[text.count(letter) for letter in "abc"] for text in batch]
        return unit_rows(np.array(counts, np.float32).reshape(len(batch), 3))

    embed_queries = embed_documents


def _loaded(
    part: Part, images: Sequence[RgbImage] = (), stored: Stored | None = None
) -> LoadedTask:
    views = tuple(View(f"{n}.png", f"{n}", 1, 1) for n in range(len(images)))
    digest = source_hash(part, views)
    full = Part(
        part.part_number,
        name_de=part.name_de,
        clean_de=part.clean_de,
        clean_en=part.clean_en,
        description=part.description,
        views=views,
        source_hash=digest,
    )
    return LoadedTask(Task(1, part, (), "h", stored=stored), full, tuple(images))


def _colour(*rgb: int) -> RgbImage:
    return np.full((4, 4, 3), rgb, np.uint8)


VECTORS = frozenset({"image", "views", "name_de", "name_en", "description", "terms"})
BUILDER = PointBuilder("parts", _MeanColour(), _Letters(), StageClock(), VECTORS)


def test_the_image_vector_is_the_mean_of_the_views_and_views_keep_each() -> None:
    images = [_colour(255, 0, 0), _colour(0, 255, 0)]
    [task] = BUILDER.build([_loaded(Part("1"), images)])
    assert isinstance(task, EmbeddedTask)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(np.asarray(task.point.vectors["image"]), [half, half, 0], atol=1e-6)
    np.testing.assert_allclose(np.asarray(task.point.vectors["views"]), [[1, 0, 0], [0, 1, 0]])
    assert task.point.id == str(point_id("parts", "1"))


def test_a_missing_modality_is_a_missing_vector() -> None:
    parts = [
        _loaded(Part("1", clean_de="aa")),
        _loaded(Part("2", clean_en="b", description="c"), [_colour(1, 2, 3)]),
        _loaded(Part("3", name_de="zz", clean_de="zz")),
    ]
    tasks = [item for item in BUILDER.build(parts) if isinstance(item, EmbeddedTask)]
    present = [set(item.point.vectors) - {"terms"} for item in tasks]
    assert present == [{"name_de"}, {"name_en", "description", "image"}, set()]


def test_a_view_that_breaks_the_embedder_costs_itself() -> None:
    one_pixel = np.zeros((1, 1, 3), np.uint8)
    loaded = [
        _loaded(Part("1"), [one_pixel, _colour(9, 0, 0)]),
        _loaded(Part("2"), [_colour(0, 9, 0)]),
    ]
    first, second = BUILDER.build(loaded)
    assert isinstance(first, EmbeddedTask)
    assert isinstance(second, EmbeddedTask)
    assert [failure.reason for failure in first.loaded.failures] == ["embed_failed"]
    assert [view["file"] for view in first.point.payload["views"]] == ["1.png"]
    assert "views" not in first.point.vectors


def test_a_part_with_nothing_to_embed_fails_with_its_reason() -> None:
    [failure] = PointBuilder("parts", None, _Letters(), StageClock(), VECTORS).build(
        [_loaded(Part("-"))]
    )
    assert isinstance(failure, RowOutcome)
    assert (failure.outcome, failure.reason) == ("failed", "nothing_to_embed")


def test_an_unchanged_part_is_let_through_and_rev_counts_updates() -> None:
    part = Part("1", clean_de="a")
    same = _loaded(part, stored=Stored(source_hash(part, ()), 4))
    changed = _loaded(part, stored=Stored("other", 4))
    first, second = BUILDER.build([same, changed])
    assert first is same
    assert isinstance(second, EmbeddedTask)
    assert second.point.payload["rev"] == 5
    assert second.loaded.outcome().outcome == "updated"


def test_an_embedder_that_breaks_on_everything_is_an_error() -> None:
    def broken(batch: Sequence[int]) -> FloatMatrix:
        raise RuntimeError("no model")

    with pytest.raises(PartscopeError, match="fails on every item: no model"):
        embed_each(broken, [1, 2])
    assert embed_each(broken, [1]) == [None]


def test_rows_that_are_not_finite_are_no_vectors() -> None:
    rows = np.array([[1, 0], [np.nan, 0], [0, 0], [np.inf, 1]], np.float32)
    vectors = embed_each(lambda _: rows, [0, 1, 2, 3])
    assert [row is not None for row in vectors] == [True, False, False, False]
