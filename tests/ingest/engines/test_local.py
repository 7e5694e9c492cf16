"""The local engine gives what the maker gives, in order, bounded, and ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalog.arrays import RgbImage
from catalog.embedding.registry import image_embedder
from catalog.images.preparation import Preparation
from catalog.images.view_source import ViewSource
from catalog.parts import Part
from catalog.settings import Settings, load_settings
from ingest.engines.contract import Engine
from ingest.engines.local import LocalEngine
from ingest.outcomes import RowOutcome
from ingest.pipeline.point_maker import PointMaker
from ingest.pipeline.recipe import Models, Recipe
from ingest.pipeline.rows import MadeRow, PlannedRow
from segmentation.contract import Prompts, Segmentation, Segmenter
from segmentation.cutter import Cutter
from segmentation.pictures import Pictures
from tests.ingest.block_photos import write_block_photo
from tests.segmentation.threshold import Threshold

BATCH = 4
ROWS = 200


@dataclass(frozen=True)
class _Source:
    """Models for a maker without a catalogue: a colour histogram, and a segmenter where one is given."""

    segmenter: Segmenter | None = None
    settings: Settings = field(default_factory=lambda: load_settings(batch_size=BATCH))

    def models(self) -> Models:
        cutter = Cutter(self.segmenter) if self.segmenter else None
        pictures = Pictures(Preparation(), 32, 10**7, cutter)
        vectors = frozenset({"image", "views", "terms"})
        return Models(pictures, image_embedder("builtin:colour"), None, vectors)

    def recipe(self) -> Recipe:
        raise NotImplementedError("these models do not travel")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(3):
        write_block_photo(tmp_path / f"{number}.png")
    return tmp_path


def _maker(photos: Path, segmenter: Segmenter | None = None) -> PointMaker:
    source = _Source(segmenter)
    return PointMaker(source, ViewSource(source.settings, [photos]))


def _engine() -> Engine:
    return LocalEngine(workers=3, rows_ahead=2 * BATCH)


def _rows() -> list[PlannedRow]:
    """Rows with one photo, none, two, and every fourth one settled."""
    photos = [("0.png",), (), ("1.png", "2.png"), ()]
    return [
        PlannedRow(
            number,
            Part(str(number), clean_de="Bolzen", name_de="Bolzen"),
            photos[number % 4],
            outcome=RowOutcome(number, str(number), "skipped") if number % 4 == 3 else None,
        )
        for number in range(ROWS)
    ]


def _told(rows: Iterable[MadeRow]) -> list[tuple[RowOutcome, object]]:
    return [(row.outcome, row.point and row.point.payload) for row in rows]


@pytest.mark.parametrize("segmenter", [None, Threshold()], ids=["full photos", "cut"])
def test_rows_come_out_in_order_as_the_maker_makes_them(
    photos: Path, segmenter: Segmenter | None
) -> None:
    batches = list(_engine().run(_rows(), _maker(photos, segmenter)))
    made = [row for batch in batches for row in batch]
    assert [row.outcome.number for row in made] == list(range(ROWS))
    assert _told(made) == _told(_maker(photos, segmenter).make(_rows()))
    assert max(map(len, batches)) == BATCH


def test_an_error_of_the_rows_is_raised(photos: Path) -> None:
    def rows() -> Iterator[PlannedRow]:
        yield from _rows()[:50]
        raise OSError("the table is gone")

    with pytest.raises(OSError, match="the table is gone"):
        list(_engine().run(rows(), _maker(photos)))


def test_a_closed_engine_has_read_no_further_than_it_may_and_leaves_no_thread(
    photos: Path,
) -> None:
    read: list[int] = []

    def rows() -> Iterator[PlannedRow]:
        for number in range(100_000):
            read.append(number)
            yield PlannedRow(number, Part(str(number), clean_de="Bolzen"))

    before = set(threading.enumerate())
    running = _engine().run(rows(), _maker(photos, Threshold()))
    assert len(next(running)) == BATCH
    running.close()
    assert set(threading.enumerate()) <= before
    assert len(read) < 500


class _Waiting(Threshold):
    """Cuts one batch; while it cuts the second one, it waits for the engine to be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.closed = threading.Event(), threading.Event()

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        if self.prompts:
            self.reached.set()
            assert self.closed.wait(10)
        return super().segment(batch, prompts)


def test_closed_while_it_cuts_it_takes_up_no_other_batch(photos: Path) -> None:
    segmenter = _Waiting()
    maker = _maker(photos, segmenter)
    segmenter.closed = maker.stopped
    running = _engine().run(_rows(), maker)
    next(running)
    assert segmenter.reached.wait(10)
    running.close()
    assert len(segmenter.prompts) == 2
