"""The embedding stage: a missing modality is a missing vector, one bad item costs itself alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.errors import PartscopeError
from catalog.parts import Part, View, point_id
from catalog.store.contract import Point
from ingest.outcomes import RowOutcome
from ingest.pipeline.embed import PointBuilder, embed_each
from ingest.pipeline.row_hashes import source_hash
from ingest.pipeline.rows import LoadedRow, LoadedView, MadeRow, PlannedRow, Stored
from ingest.pipeline.stage_clock import StageClock


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


def _loaded(part: Part, images: Sequence[RgbImage] = (), stored: Stored | None = None) -> LoadedRow:
    views = [LoadedView(View(f"{n}.png", f"{n}", 1, 1), (image,)) for n, image in enumerate(images)]
    return LoadedRow.of(PlannedRow(1, part, row_hash="h", stored=stored), views)


def _point(row: MadeRow) -> Point:
    assert row.point is not None, row.outcome
    return row.point


def _colour(*rgb: int) -> RgbImage:
    return np.full((4, 4, 3), rgb, np.uint8)


VECTORS = frozenset({"image", "views", "name_de", "name_en", "description", "terms"})
BUILDER = PointBuilder("parts", _MeanColour(), _Letters(), StageClock(), VECTORS)


def test_the_image_vector_is_the_mean_of_the_views_and_views_keep_each() -> None:
    images = [_colour(255, 0, 0), _colour(0, 255, 0)]
    [row] = BUILDER.build([_loaded(Part("1"), images)])
    point = _point(row)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(np.asarray(point.vectors["image"]), [half, half, 0], atol=1e-6)
    np.testing.assert_allclose(np.asarray(point.vectors["views"]), [[1, 0, 0], [0, 1, 0]])
    assert point.id == str(point_id("parts", "1"))


def test_a_missing_modality_is_a_missing_vector() -> None:
    parts = [
        _loaded(Part("1", clean_de="aa")),
        _loaded(Part("2", clean_en="b", description="c"), [_colour(1, 2, 3)]),
        _loaded(Part("3", name_de="zz", clean_de="zz")),
    ]
    present = [set(_point(row).vectors) - {"terms"} for row in BUILDER.build(parts)]
    assert present == [{"name_de"}, {"name_en", "description", "image"}, set()]


def test_a_view_that_breaks_the_embedder_costs_itself() -> None:
    one_pixel = np.zeros((1, 1, 3), np.uint8)
    loaded = [
        _loaded(Part("1"), [one_pixel, _colour(9, 0, 0)]),
        _loaded(Part("2"), [_colour(0, 9, 0)]),
    ]
    first, second = BUILDER.build(loaded)
    assert [failure.reason for failure in first.outcome.view_failures] == ["embed_failed"]
    assert [view["file"] for view in _point(first).payload["views"]] == ["1.png"]
    assert "views" not in _point(first).vectors
    assert set(_point(second).vectors) == {"image", "terms"}


def test_a_part_with_nothing_to_embed_fails_with_its_reason() -> None:
    [row] = PointBuilder("parts", None, _Letters(), StageClock(), VECTORS).build(
        [_loaded(Part("-"))]
    )
    assert (row.outcome.outcome, row.outcome.reason) == ("failed", "nothing_to_embed")
    assert (row.point, row.entry) == (None, None)


def test_an_unchanged_part_is_let_through_and_rev_counts_updates() -> None:
    part = Part("1", clean_de="a")
    same = _loaded(part, stored=Stored(source_hash(part, ()), 4))
    changed = _loaded(part, stored=Stored("other", 4))
    first, second = BUILDER.build([same, changed])
    assert (first.outcome.outcome, first.point) == ("unchanged", None)
    assert first.entry is not None
    assert _point(second).payload["rev"] == 5
    assert second.outcome.outcome == "updated"


def test_what_is_settled_keeps_its_place_and_is_not_noted() -> None:
    ended = RowOutcome(2, "2", "skipped", "duplicate_row")
    settled = LoadedRow(PlannedRow(2, Part("2"), outcome=ended))
    rows = BUILDER.build([_loaded(Part("1", clean_de="a")), settled, _loaded(Part("3"))])
    assert [row.outcome.outcome for row in rows] == ["created", "skipped", "failed"]
    assert rows[1] == MadeRow(ended)


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
