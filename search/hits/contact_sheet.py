"""Hits as pictures: an HTML table for notebooks and pages, and a PNG sheet."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.arrays import RgbImage
from catalog.errors import FetchFailed, ImageRejected, UsageError
from catalog.images.decode import decode
from catalog.parts import row_files, views_of
from search.hits.sentence import sentence

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont
    from PIL.ImageFont import FreeTypeFont

    from search.hits.results import Hit, SearchResult

THUMBNAIL = 96
"""Longest side in pixels."""
_TILE, _CAPTION, _COLUMNS = 200, 62, 5
_FONT_SIZE = 13
_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
_FULL_FAMILIES = ("DejaVu Sans", "Liberation Sans", "Arial", "Helvetica")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "×": "x"}
)


def html_table(result: SearchResult) -> str:
    """Return the hits as an HTML table with small pictures inside; all text is escaped."""
    return _html("hits.html.j2", result)


def write_sheet(
    target: Path, result: SearchResult, query_image: RgbImage | None, title: str
) -> None:
    """Write the query and its hits to an ``.html`` or ``.png`` file."""
    if target.suffix.lower() == ".html":
        picture = _uri(query_image) if query_image is not None else ""
        page = _html("sheet.html.j2", result, title=title, asked=picture)
        target.write_text(page, encoding="utf-8")
    elif target.suffix.lower() == ".png":
        sheet(result, query_image, title).save(target)
    else:
        raise UsageError(f"a sheet is an .html or .png file; got {target.name!r}")


def sheet(result: SearchResult, query_image: RgbImage | None, title: str) -> Image.Image:
    """Return the query and its hits as one picture, five in a row."""
    from PIL import Image, ImageDraw

    tiles = [(query_image, [title, "query"])]
    tiles += [
        (_thumbnail(hit.image, result.read_original, _TILE), _caption(hit)) for hit in result.hits
    ]
    rows = -(-len(tiles) // _COLUMNS)
    page = Image.new("RGB", (_COLUMNS * _TILE, rows * (_TILE + _CAPTION)), "white")
    draw = ImageDraw.Draw(page)
    for place, (pixels, lines) in enumerate(tiles):
        left, top = place % _COLUMNS * _TILE, place // _COLUMNS * (_TILE + _CAPTION)
        _draw_tile(page, draw, (left, top), pixels, lines)
    return page


def first_view(payload: Mapping[str, Any], read: Callable[[str], bytes]) -> RgbImage | None:
    """Return the picture of a part's first view, as large as a tile; None where there is none."""
    files = row_files(views_of(payload))
    return _thumbnail(files[0], read, _TILE) if files else None


def _draw_tile(
    page: Image.Image,
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    pixels: RgbImage | None,
    lines: list[str],
) -> None:
    from PIL import Image

    left, top = corner
    if pixels is not None:
        page.paste(Image.fromarray(_fit(pixels, _TILE - 12)), (left + 6, top + 6))
    else:
        frame = (left + 6, top + 6, left + _TILE - 6, top + _TILE - 6)
        draw.rectangle(frame, fill="#f2f2f2", outline="#d0d0d0")
        text = "\n".join(wrap(_drawable(lines[0] if lines[-1] == "query" else "no photo"), 22))
        middle = (left + _TILE // 2, top + _TILE // 2)
        draw.multiline_text(middle, text, fill="#707070", font=_font(), anchor="mm", align="center")
    for number, line in enumerate(lines):
        place = (left + 6, top + _TILE - 2 + 18 * number)
        draw.text(place, _short(draw, _drawable(line)), fill="black", font=_font())


def _short(draw: ImageDraw.ImageDraw, line: str) -> str:
    while line and draw.textlength(line, font=_font()) > _TILE - 12:
        line = line[:-4] + "..."
    return line


@lru_cache(1)
def _font() -> FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, _FONT_SIZE)
        except OSError:  # which of them a machine has is only known by trying
            continue
    return ImageFont.load_default(_FONT_SIZE)


def _drawable(text: str) -> str:
    """Return the text without what Pillow's own font, the last resort, has no picture of."""
    from PIL.ImageFont import FreeTypeFont

    font = _font()
    if isinstance(font, FreeTypeFont) and font.getname()[0] in _FULL_FAMILIES:
        return text
    return text.translate(_UMLAUTS).encode("ascii", "replace").decode()


def _caption(hit: Hit) -> list[str]:
    return [
        f"{hit.score:.2f}  {hit.part_number}",
        hit.name_de or hit.name_en or "",
        hit.family or "",
    ]


def _html(template: str, result: SearchResult, **more: str) -> str:
    from jinja2 import Environment, PackageLoader

    templates = Environment(loader=PackageLoader("search.hits", ""), autoescape=True)
    hits = [_html_row(hit, result.read_original) for hit in result.hits]
    return templates.get_template(template).render(hits=hits, **more)


def _html_row(hit: Hit, read: Callable[[str], bytes] | None) -> Mapping[str, Any]:
    pixels = _thumbnail(hit.image, read, THUMBNAIL)
    names = " / ".join(name for name in (hit.name_de, hit.name_en) if name)
    return {
        "picture": _uri(pixels) if pixels is not None else "",
        "cells": [hit.part_number, f"{hit.score:.2f}", names, hit.family or "", _why(hit)],
    }


def _why(hit: Hit) -> str:
    return hit.why.text or sentence(hit.why)


def _uri(pixels: RgbImage) -> str:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(_fit(pixels, THUMBNAIL)).save(content, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"


def _thumbnail(view: str | None, read: Callable[[str], bytes] | None, side: int) -> RgbImage | None:
    # A view that is gone by now has no picture; the hit stays.
    if view is None or read is None:
        return None
    try:
        return decode(read(view), side=side).pixels
    except (ImageRejected, FetchFailed):
        return None


def _fit(pixels: RgbImage, side: int) -> RgbImage:
    from PIL import Image

    picture = Image.fromarray(pixels)
    picture.thumbnail((side, side))
    return np.asarray(picture)
