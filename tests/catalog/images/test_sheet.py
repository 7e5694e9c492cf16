"""A sheet shows every tile in its place, with its lines, whatever fonts a machine has."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFont

from catalog.arrays import RgbImage
from catalog.images.sheet import Layout, Tile, draw_sheet, png

RED, BLUE = (200, 10, 10), (10, 10, 200)
LAYOUT = Layout(columns=2, side=80, lines=2)


def picture(colour: tuple[int, int, int], height: int = 80, width: int = 80) -> RgbImage:
    return np.full((height, width, 3), colour, dtype=np.uint8)


def is_colour(pixels: RgbImage, colour: tuple[int, int, int]) -> bool:
    return bool((pixels == colour).all())


def test_tiles_stand_in_rows_of_so_many_columns() -> None:
    width, height = LAYOUT.tile
    sheet = draw_sheet([Tile(picture(RED)), Tile(picture(BLUE)), Tile(picture(BLUE))], LAYOUT)
    assert sheet.shape == (2 * height, 2 * width, 3)
    assert sheet.dtype == np.uint8
    gap = LAYOUT.gap // 2
    assert is_colour(sheet[gap : gap + 80, gap : gap + 80], RED)
    assert is_colour(sheet[gap : gap + 80, width + gap : width + gap + 80], BLUE)
    assert is_colour(sheet[height + gap : height + gap + 80, gap : gap + 80], BLUE)
    assert is_colour(sheet[height:, width:], (255, 255, 255))


def test_larger_pictures_shrink_and_smaller_ones_stay_in_the_middle() -> None:
    sheet = draw_sheet([Tile(picture(RED, 400, 200)), Tile(picture(BLUE, 20, 10))], LAYOUT)
    red = np.argwhere((sheet == RED).all(axis=2))
    assert (red.max(axis=0) - red.min(axis=0) + 1).tolist() == [80, 40]
    blue = np.argwhere((sheet == BLUE).all(axis=2))
    assert (blue.max(axis=0) - blue.min(axis=0) + 1).tolist() == [20, 10]
    middle = LAYOUT.tile[0] + LAYOUT.gap // 2 + 40
    assert abs(blue[:, 1].mean() - middle) < 1


def test_a_caption_and_a_note_are_drawn_and_stay_in_their_tile() -> None:
    width, height = LAYOUT.tile
    long = "Sechskantschraube " * 20
    sheet = draw_sheet([Tile(None, (long, "a\nb", "never drawn"), note=long)], LAYOUT)
    bare = draw_sheet([Tile(None)], LAYOUT)
    changed = np.argwhere((sheet != bare).any(axis=2))
    assert changed[:, 1].max() < width
    assert {row >= height - LAYOUT.gap // 2 for row in changed[:, 0].tolist()} == {False}
    assert (changed[:, 0] < 80).any()
    assert (changed[:, 0] > 90).any()


def test_a_marked_tile_has_another_frame() -> None:
    plain = draw_sheet([Tile(picture(BLUE))], LAYOUT)
    marked = draw_sheet([Tile(picture(BLUE), is_marked=True)], LAYOUT)
    changed = np.argwhere((plain != marked).any(axis=2))
    assert (changed.max(axis=0) - changed.min(axis=0) + 1).tolist() == [80, 80]
    assert len(changed) < 80 * 80 / 4


def test_a_title_stands_above_the_tiles() -> None:
    without, with_title = (draw_sheet([Tile(None)], LAYOUT, title) for title in ("", "Äxte"))
    more = len(with_title) - len(without)
    assert more > 0
    assert np.array_equal(with_title[more:], without)
    assert not is_colour(with_title[:more], (255, 255, 255))


def test_no_tiles_are_an_empty_sheet_that_can_be_written() -> None:
    assert draw_sheet([], LAYOUT, "nothing").shape[1] == 2 * LAYOUT.tile[0]


def test_without_any_font_umlauts_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    load = ImageFont.truetype

    def only_its_own(font: Any, *size: Any, **options: Any) -> Any:
        if isinstance(font, str):
            raise OSError(f"no {font}")
        return load(font, *size, **options)

    monkeypatch.setattr(ImageFont, "truetype", only_its_own)
    layout = Layout(columns=1, side=120, lines=1, font_size=17)  # a size that no other test has
    umlauts, spelt = (draw_sheet([Tile(None, (text,))], layout) for text in ("Öse ×2", "Oese x2"))
    assert np.array_equal(umlauts, spelt)


def test_png_is_what_was_drawn() -> None:
    drawn = draw_sheet([Tile(picture(RED))], LAYOUT)
    with Image.open(io.BytesIO(png(drawn)), formats=["PNG"]) as image:
        assert np.array_equal(np.asarray(image), drawn)
