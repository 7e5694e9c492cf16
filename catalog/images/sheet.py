"""A grid of captioned pictures: the hits of a search, the parts of a cluster, before and after."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from catalog.arrays import RgbImage
from catalog.images.thumbnails import fitted

_INK, _GREY, _FRAME, _MARK = "#202020", "#707070", "#d0d0d0", "#d62728"
_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
_WITHOUT_UMLAUTS = "Aileron"
_LINE_BREAKS = re.compile(r"[^\S ]+")
_REPLACEMENTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "×": "x"}
)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture with the lines below it; ``note`` stands where there is no picture.

    ``is_marked`` gives it a red frame.
    """

    picture: RgbImage | None
    caption: tuple[str, ...] = ()
    note: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How tiles are laid out: ``side`` is the longest a picture gets, in pixels like all sizes.

    A tile is ``side + gap`` wide, its caption has room for ``lines`` lines. ``ground`` is the colour
    around a picture that is no square.
    """

    columns: int
    side: int
    lines: int = 0
    gap: int = 12
    font_size: int = 13
    ground: str = "#f2f2f2"

    @property
    def tile(self) -> tuple[int, int]:
        """The width and the height of a tile with its caption and the gap around it."""
        caption = self.lines * self.pitch + (self.gap // 2 if self.lines else 0)
        return self.side + self.gap, self.side + self.gap + caption

    @property
    def pitch(self) -> int:
        """From one line of a caption to the next."""
        return round(1.4 * self.font_size)


def draw_sheet(tiles: Sequence[Tile], layout: Layout, title: str = "") -> RgbImage:
    """Return the tiles in rows, with the title above; shape (height, columns * (side + gap), 3).

    Larger pictures are made smaller, smaller ones stay; texts that are too long are cut short.
    """
    width, height = layout.tile
    rows, top = -(-len(tiles) // layout.columns), round(2.4 * layout.pitch) if title else 0
    page = Image.new("RGB", (layout.columns * width, top + rows * height), "white")
    pen = ImageDraw.Draw(page)
    _draw_title(pen, title, page.width, layout)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, layout.columns)
        corner = (column * width + layout.gap // 2, top + row * height + layout.gap // 2)
        _draw_picture(page, tile, corner, layout)
        _draw_caption(pen, tile.caption[: layout.lines], corner, layout)
    return np.asarray(page)


def png(picture: RgbImage) -> bytes:
    """Return the picture as PNG."""
    content = BytesIO()
    Image.fromarray(picture).save(content, "PNG")
    return content.getvalue()


def _draw_title(pen: ImageDraw.ImageDraw, title: str, width: int, layout: Layout) -> None:
    size = layout.font_size + 3
    text = _cut(title, width - layout.gap, size)
    pen.text((layout.gap // 2, layout.pitch // 2), text, _INK, _font(size))


def _draw_picture(page: Image.Image, tile: Tile, corner: tuple[int, int], layout: Layout) -> None:
    (left, top), side = corner, layout.side
    pen = ImageDraw.Draw(page)
    frame = (left, top, left + side - 1, top + side - 1)
    pen.rectangle(frame, fill=layout.ground, outline=_FRAME if tile.picture is None else None)
    if tile.picture is not None:
        image = Image.fromarray(fitted(tile.picture, side))
        page.paste(image, (left + (side - image.width) // 2, top + (side - image.height) // 2))
    elif tile.note:
        middle, font = (left + side // 2, top + side // 2), _font(layout.font_size)
        note = "\n".join(_wrapped(_drawable(tile.note, font), layout))
        pen.multiline_text(middle, note, _GREY, font, anchor="mm", align="center")
    if tile.is_marked:
        pen.rectangle(frame, outline=_MARK, width=2)


def _wrapped(note: str, layout: Layout) -> list[str]:
    # So many lines as fit into the tile, by the usual width of a letter.
    letters = int(layout.side / (0.62 * layout.font_size))
    return wrap(note, max(1, letters))[: layout.side // layout.pitch]


def _draw_caption(
    pen: ImageDraw.ImageDraw, lines: Sequence[str], corner: tuple[int, int], layout: Layout
) -> None:
    left, top = corner[0], corner[1] + layout.side + layout.gap // 3
    for number, line in enumerate(lines):
        text = _cut(line, layout.side, layout.font_size)
        pen.text((left, top + number * layout.pitch), text, _INK, _font(layout.font_size))


def _cut(text: str, width: int, size: int) -> str:
    font = _font(size)
    line = _drawable(_LINE_BREAKS.sub(" ", text), font)
    if font.getlength(line) <= width:
        return line
    lengths = range(len(line))
    longest = bisect_left(lengths, True, key=lambda n: font.getlength(f"{line[:n]}...") > width)
    return f"{line[: max(longest - 1, 0)]}..."


def _drawable(text: str, font: Font) -> str:
    # Without what Pillow's own font, the last resort, has no picture of.
    if isinstance(font, ImageFont.FreeTypeFont) and font.getname()[0] != _WITHOUT_UMLAUTS:
        return text
    return text.translate(_REPLACEMENTS).encode("ascii", "replace").decode()


@cache
def _font(size: int) -> Font:
    for file in _font_files():
        try:
            return ImageFont.truetype(file, size)
        except OSError:  # which of them a machine has is only known by trying
            continue
    return ImageFont.load_default(size)


def _font_files() -> Iterator[str]:
    yield from _FONTS
    try:
        from matplotlib import get_data_path
    except ImportError:
        return
    yield str(Path(get_data_path()) / "fonts" / "ttf" / _FONTS[0])
