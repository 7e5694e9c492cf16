"""A PNG a cluster: its parts in a grid, the medoid first, those farthest out last and marked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from clustering.report.contents import Sheet, ShownPart, label_of
from clustering.report.thumbnails import SIDE

COLUMNS = 6
_MARGIN, _TEXT, _TITLE = 10, 30, 34
_INK, _PALE, _ALARM = "#202020", "#f0f0f0", "#d62728"


def draw_sheet(sheet: Sheet, images: Mapping[str, bytes], path: Path) -> Path:
    """Write the sheet of one cluster; parts without a picture show their names."""
    rows = -(-len(sheet.parts) // COLUMNS)
    width = COLUMNS * (SIDE + _MARGIN) + _MARGIN
    height = _TITLE + rows * (SIDE + _TEXT + _MARGIN) + _MARGIN
    canvas = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(canvas)
    title = f"{sheet.profile.cluster}  {label_of(sheet.profile)}  ({sheet.profile.size})"
    pen.text((_MARGIN, 8), _fitting(title, width - 2 * _MARGIN, 14), _INK, _font(14))
    for place, part in enumerate(sheet.parts):
        left = _MARGIN + place % COLUMNS * (SIDE + _MARGIN)
        top = _TITLE + place // COLUMNS * (SIDE + _TEXT + _MARGIN)
        is_outlier = place >= len(sheet.parts) - sheet.outliers
        _draw_part(canvas, part, images, (left, top), is_outlier=is_outlier)
    canvas.save(path)
    return path


def _draw_part(
    canvas: Image.Image,
    part: ShownPart,
    images: Mapping[str, bytes],
    corner: tuple[int, int],
    *,
    is_outlier: bool,
) -> None:
    left, top = corner
    pen = ImageDraw.Draw(canvas)
    frame = (left, top, left + SIDE, top + SIDE)
    content = images.get(part.file or "")
    pen.rectangle(frame, fill=_PALE)
    if content:
        image = Image.open(BytesIO(content), formats=["JPEG"])
        canvas.paste(image, (left + (SIDE - image.width) // 2, top + (SIDE - image.height) // 2))
    if is_outlier:
        pen.rectangle(frame, outline=_ALARM, width=2)
    lines = (part.part_number, part.name)
    for row, text in enumerate(lines):
        pen.text((left, top + SIDE + 2 + 13 * row), _fitting(text, SIDE, 10), _INK, _font(10))


def _fitting(text: str, width: int, size: int) -> str:
    flat, font = " ".join(text.split()), _font(size)
    if font.getlength(flat) <= width:
        return flat
    cuts = range(len(flat))
    kept = bisect_left(cuts, True, key=lambda n: font.getlength(f"{flat[:n]}…") > width)
    return f"{flat[: max(kept - 1, 0)]}…"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # Pillow's own font has no umlauts; this one comes with matplotlib, which draws the other figures.
    from matplotlib import get_data_path

    return ImageFont.truetype(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
