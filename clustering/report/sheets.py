"""A PNG a cluster: its parts in a grid, the medoid first, those farthest out last and marked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from catalog.images.decode import decode
from catalog.images.sheet import Layout, Tile, draw_sheet, png
from clustering.report.contents import Sheet, ShownPart, label_of

LAYOUT = Layout(columns=6, side=88, lines=2, gap=10, font_size=10)


def write_sheet(sheet: Sheet, images: Mapping[str, bytes], path: Path) -> Path:
    """Write the sheet of one cluster as PNG; ``images`` are JPEGs of views by their file."""
    first_outlier = len(sheet.parts) - sheet.outliers
    tiles = [
        _tile(part, images, is_outlier=place >= first_outlier)
        for place, part in enumerate(sheet.parts)
    ]
    title = f"{sheet.profile.cluster}  {label_of(sheet.profile)}  ({sheet.profile.size})"
    path.write_bytes(png(draw_sheet(tiles, LAYOUT, title)))
    return path


def _tile(part: ShownPart, images: Mapping[str, bytes], *, is_outlier: bool) -> Tile:
    content = images.get(part.file or "")
    picture = decode(content).pixels if content else None
    return Tile(picture, (part.part_number, part.name), "no photo", is_marked=is_outlier)
