"""The maker of points gives the same points in a process of its own, without the store."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from catalog.arrays import SparseVector, Vector
from catalog.errors import StoreError, UsageError
from catalog.images.view_source import ViewSource
from catalog.parts import Part
from catalog.store.contract import Point
from ingest.api import ingest
from ingest.outcomes import RowOutcome
from ingest.pipeline.point_maker import PointMaker
from ingest.pipeline.recipe import OpenModels
from ingest.pipeline.rows import MadeRow, PlannedRow, Stored
from partscope.catalog import Catalog
from segmentation.choices import Choice
from tests.ingest.block_photos import write_block_photo

PHOTOS = [f"{number}.png" for number in range(6)]
MODELS = {"image_model": "builtin:colour", "text_model": "builtin:tfidf"}
CUT = {"segmenter": "silhouette", "segment": "auto", "segment_use": "both"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in PHOTOS:
        write_block_photo(tmp_path / name)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def _open(folder: Path, **settings: str) -> Catalog:
    """Create a catalogue whose embedders, and triage, have learnt from the photos."""
    opened = Catalog.open(folder / "store", batch_size=4, **{**MODELS, **settings})
    numbers = [f"P{number}" for number in range(len(PHOTOS))]
    names = ["Bolzen", "Platte", "Welle", "Ring", "Feder", "Mutter M8"]
    table = pd.DataFrame({"part_number": numbers, "name_de": names, "image": PHOTOS})
    table.to_csv(folder / "parts.csv", index=False)
    ingest(opened, folder / "parts.csv")
    return opened


def _maker(catalog: Catalog, photos: Path) -> PointMaker:
    return PointMaker(OpenModels(catalog), ViewSource(catalog.settings, [photos]))


def _rows() -> list[PlannedRow]:
    ended = RowOutcome(3, "3", "skipped", "duplicate_row")
    named = Part("1", name_de="Bolzen M8", clean_de="Bolzen M8", name_origin={"de": "given"})
    return [
        PlannedRow(1, named, ("0.png", "1.png"), "row", raw="{}"),
        PlannedRow(2, Part("2", name_en="plate", clean_en="plate"), ("broken.png", "2.png")),
        PlannedRow(3, Part("3"), outcome=ended),
        PlannedRow(4, Part("4"), ("none.png",)),
        PlannedRow(5, Part("5"), ("3.png",), choices={"3.png": Choice("yes", "review")}),
        PlannedRow(6, Part("6"), ("4.png", "5.png"), stored=Stored("other", 3)),
    ]


def _make(maker: PointMaker, rows: Sequence[PlannedRow]) -> list[MadeRow]:
    return maker.make(rows)


def _made_elsewhere(maker: PointMaker, rows: Sequence[PlannedRow]) -> list[MadeRow]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_make, maker, rows).result()


def _bytes(vector: Vector) -> tuple[bytes, ...]:
    if isinstance(vector, SparseVector):
        return vector.indices.tobytes(), vector.values.tobytes()
    return np.asarray(vector).dtype.str.encode(), np.asarray(vector).tobytes()


def _vectors(point: Point) -> dict[str, tuple[bytes, ...]]:
    return {name: _bytes(vector) for name, vector in point.vectors.items()}


def _same(here: Sequence[MadeRow], there: Sequence[MadeRow]) -> None:
    for one, other in zip(here, there, strict=True):
        assert (one.outcome, one.entry, one.raw) == (other.outcome, other.entry, other.raw)
        assert (one.point is None) == (other.point is None)
        if one.point is not None and other.point is not None:
            assert (one.point.id, one.point.payload) == (other.point.id, other.point.payload)
            assert _vectors(one.point) == _vectors(other.point)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{}, {**CUT, "image_model": "builtin:combined"}], ids=["full photos", "cut"]
)
def test_another_process_makes_the_same_points_while_the_store_is_open_here(
    photos: Path, settings: dict[str, str]
) -> None:
    with _open(photos, **settings) as catalog:
        maker = _maker(catalog, photos)
        here = maker.make(_rows())
        there = _made_elsewhere(maker, _rows())
    _same(here, there)
    assert [row.outcome.outcome for row in here] == [
        *("created", "created", "skipped", "failed", "created", "updated"),
    ]
    assert [row.point is not None for row in here] == [True, True, False, False, True, True]
    assert [failure.reason for failure in here[1].outcome.view_failures] == ["truncated"]
    assert [len(row.outcome.cuts) for row in here] == ([2, 1, 0, 0, 1, 2] if settings else [0] * 6)


def test_what_travels_is_what_was_learnt_and_no_key(photos: Path) -> None:
    with _open(photos, api_key="secret", **CUT) as catalog:
        assert sorted(OpenModels(catalog).recipe().learnt.artefacts) == [
            *("embedder-text-g1.npz", "triage-g1.npz"),
        ]
        packed = pickle.dumps(_maker(catalog, photos))
    assert b"secret" not in packed


def test_nothing_is_opened_before_the_first_use(photos: Path) -> None:
    with _open(photos) as catalog:
        packed = pickle.dumps(_maker(catalog, photos / "moved"))
        recipe = OpenModels(catalog).recipe()
    maker = pickle.loads(packed)  # noqa: S301 - its own
    with pytest.raises(UsageError, match="moved"):
        maker.make(_rows())
    forgetful = replace(recipe, learnt=replace(recipe.learnt, artefacts={}))
    with pytest.raises(StoreError, match=r"learnt is missing from .*store"):
        PointMaker(forgetful, ViewSource(forgetful.settings, [photos])).make(_rows())
