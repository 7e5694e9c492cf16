"""The first look counts rows, collects names, and remembers a bounded sample of photos."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from catalog.errors import ImageRejected
from catalog.images.decode import DecodedImage
from catalog.progress import Silent
from catalog.tables.rows import BadRow, SourceRow
from ingest import first_look
from ingest.first_look import FirstLook
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.stage_clock import StageClock

ROWS = [
    SourceRow(number, {"part_number": f"P{number}", "name_de": "Mutter"}, (f"{number}.png", "x"))
    for number in range(1, 41)
]


def _read(reference: str) -> bytes:
    if reference == "7.png":
        raise ImageRejected("missing", "gone")
    return reference.encode()


def _decode(content: bytes) -> DecodedImage:
    number = int(content.split(b".")[0])
    return DecodedImage(np.full((1, 1, 3), number, np.uint8), 1, 1, "")


LOADER = ViewLoader(_read, _decode, StageClock())


def _looked(rows: list[SourceRow], *, want_images: bool = True) -> FirstLook:
    look = FirstLook()
    look.read(rows, None, Silent(), want_images=want_images)
    return look


def _sampled(look: FirstLook, limit: int) -> set[int]:
    return {int(picture[0, 0, 0]) for picture in look.images(LOADER, limit, workers=2)}


def test_rows_and_names_are_counted_bad_rows_too() -> None:
    look = FirstLook()
    described = SourceRow(3, {"part_number": "3", "name_de": "Rad", "description": "rund"})
    rows: Iterator[SourceRow | BadRow] = iter((ROWS[0], BadRow(2, "nul_byte", ""), described))
    look.read(rows, None, Silent(), want_images=False)
    assert look.rows == 3
    assert look.has_descriptions
    assert [pair.de for pair in look.pairs.pairs()] == ["Mutter", "Rad"]
    assert look.notices == []
    assert _sampled(look, 10) == set()


def test_the_sample_is_the_same_in_any_order() -> None:
    shuffled = random.Random(3).sample(ROWS, len(ROWS))
    sample = _sampled(_looked(ROWS), 9)
    assert len(sample) in {8, 9}  # the one that cannot be read may be among them
    assert _sampled(_looked(shuffled), 9) == sample


def test_the_sample_is_bounded_by_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _sampled(_looked(ROWS), 5)
    monkeypatch.setattr(first_look, "SAMPLE_CAP", 5)
    assert _sampled(_looked(ROWS), 40) == whole


def test_a_photo_that_cannot_be_read_is_left_out() -> None:
    assert _sampled(_looked(ROWS), 40) == set(range(1, 41)) - {7}
