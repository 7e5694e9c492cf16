"""The query and its hits as one picture or page; a view that is gone costs its picture alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.arrays import RgbImage
from catalog.errors import ImageRejected, UsageError
from catalog.store.contract import Record
from search.hits.contact_sheet import LAYOUT, draw_hits, first_view, write_sheet
from search.hits.explanation import Explanation
from search.hits.hit import Hit
from search.hits.results import SearchResult

RED, BLUE = (255, 0, 0), (0, 0, 255)
NASTY = '<script>alert("x")</script> & [bold]Mutter'


def picture(colour: tuple[int, int, int]) -> RgbImage:
    return np.full((300, 300, 3), colour, dtype=np.uint8)


def read(file: str) -> bytes:
    if file == "gone.png":
        raise ImageRejected("missing", "gone")
    content = io.BytesIO()
    Image.fromarray(picture(RED)).save(content, "PNG")
    return content.getvalue()


def hit(number: str, image: str | None) -> Hit:
    return Hit(number, 0.5, NASTY, None, "<i>Nuts</i>", image, Explanation(), "id")


RESULT = SearchResult((hit("N-1", "a.png"), hit("N-2", "gone.png"), hit("N-3", None)), 0.1, read)


def has_colour(pixels: RgbImage, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(pixels.astype(int) - colour).sum(axis=2) < 40).any())


def test_query_and_hits_stand_in_a_row_each_with_its_picture() -> None:
    sheet = draw_hits(RESULT, picture(BLUE), "Mutter")
    width, height = LAYOUT.tile
    assert sheet.shape == (height, 5 * width, 3)
    tiles = [sheet[:, place * width : (place + 1) * width] for place in range(5)]
    assert [has_colour(tile, BLUE) for tile in tiles] == [True, False, False, False, False]
    assert [has_colour(tile, RED) for tile in tiles] == [False, True, False, False, False]
    assert (tiles[4] == 255).all()


def test_the_sixth_picture_begins_another_row() -> None:
    result = SearchResult(RESULT.hits * 2, 0.1)
    assert draw_hits(result, None, "Mutter").shape[0] == 2 * LAYOUT.tile[1]


def test_a_sheet_is_a_png_of_that_picture(tmp_path: Path) -> None:
    write_sheet(tmp_path / "hits.png", RESULT, picture(BLUE), "Mutter")
    with Image.open(tmp_path / "hits.png", formats=["PNG"]) as image:
        assert np.array_equal(np.asarray(image), draw_hits(RESULT, picture(BLUE), "Mutter"))


def test_a_page_loads_nothing_and_runs_no_name(tmp_path: Path) -> None:
    write_sheet(tmp_path / "hits.HTML", RESULT, picture(BLUE), NASTY)
    page = (tmp_path / "hits.HTML").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 2  # of the query, and of the one that is there
    assert "<script>" not in page
    assert "<i>" not in page
    assert page.count("&lt;script&gt;") == 4


def test_another_kind_of_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.html or \.png"):
        write_sheet(tmp_path / "hits.gif", RESULT, None, "x")


@pytest.mark.parametrize(
    ("files", "is_there"), [(["a.png", "gone.png"], True), (["gone.png"], False), ([], False)]
)
def test_the_first_view_of_a_part_is_as_large_as_a_tile(files: list[str], is_there: bool) -> None:
    views = [{"file": file, "sha256": "", "width": 300, "height": 300} for file in files]
    pixels = first_view(Record("id", {"views": views}, {}), read)
    assert (pixels is not None) == is_there
    if pixels is not None:
        assert pixels.shape == (LAYOUT.side, LAYOUT.side, 3)
