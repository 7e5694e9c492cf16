"""The query and its hits as one picture, or as a page."""

from __future__ import annotations

from pathlib import Path

from catalog.arrays import RgbImage
from catalog.errors import UsageError
from catalog.images.sheet import Layout, Tile, draw_sheet, png
from catalog.images.thumbnails import Read, thumbnail
from catalog.parts import row_files, views_of
from catalog.store.contract import Record
from search.hits.hit import Hit
from search.hits.html import html_page
from search.hits.results import SearchResult

LAYOUT = Layout(columns=5, side=188, lines=3)


def write_sheet(
    target: Path, result: SearchResult, query_image: RgbImage | None, title: str
) -> None:
    """Write the query and its hits to an ``.html`` or ``.png`` file."""
    if target.suffix.lower() == ".html":
        page = html_page(result.hits, result.read_original, query_image, title)
        target.write_text(page, encoding="utf-8")
    elif target.suffix.lower() == ".png":
        target.write_bytes(png(draw_hits(result, query_image, title)))
    else:
        raise UsageError(f"a sheet is an .html or .png file; got {target.name!r}")


def draw_hits(result: SearchResult, query_image: RgbImage | None, title: str) -> RgbImage:
    """Return the query and its hits as one picture, five in a row; shape (height, 1000, 3)."""
    query = Tile(query_image, (title, "query"), note=title)
    return draw_sheet([query, *(_tile(hit, result.read_original) for hit in result.hits)], LAYOUT)


def first_view(part: Record, read: Read) -> RgbImage | None:
    """Return the picture of a part's first view, as large as a tile; None where there is none."""
    files = row_files(views_of(part.payload))
    return thumbnail(read, files[0], LAYOUT.side) if files else None


def _tile(hit: Hit, read: Read | None) -> Tile:
    # A view that is gone by now has no picture; the hit stays.
    picture = thumbnail(read, hit.image, LAYOUT.side) if read and hit.image else None
    name, family = hit.name_de or hit.name_en or "", hit.family or ""
    return Tile(picture, (f"{hit.score:.2f}  {hit.part_number}", name, family), note="no photo")
