"""Hits as an HTML table with small pictures inside, for notebooks, and as a page of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from search.hits.hit import Hit
from search.hits.sentence import sentence

if TYPE_CHECKING:
    from catalog.arrays import RgbImage
    from catalog.images.thumbnails import Read

THUMBNAIL = 96
"""Longest side in pixels."""


def html_table(hits: Sequence[Hit], read: Read | None) -> str:
    """Return the hits as a table; all text is escaped. ``read`` gives the bytes of their views."""
    return _rendered("hits.html.j2", hits, read)


def html_page(
    hits: Sequence[Hit], read: Read | None, query_image: RgbImage | None, title: str
) -> str:
    """Return the query and its hits as a page that loads nothing."""
    picture = _uri(query_image) if query_image is not None else ""
    return _rendered("sheet.html.j2", hits, read, title=title, query=picture)


def _rendered(template: str, hits: Sequence[Hit], read: Read | None, **more: str) -> str:
    from jinja2 import Environment, PackageLoader

    templates = Environment(loader=PackageLoader("search.hits", ""), autoescape=True)
    rows = [_row(hit, read) for hit in hits]
    return templates.get_template(template).render(hits=rows, **more)


def _row(hit: Hit, read: Read | None) -> Mapping[str, Any]:
    from catalog.images.thumbnails import thumbnail

    pixels = thumbnail(read, hit.image, THUMBNAIL) if read and hit.image else None
    names = " / ".join(name for name in (hit.name_de, hit.name_en) if name)
    why = hit.why.text or sentence(hit.why)
    return {
        "picture": _uri(pixels) if pixels is not None else "",
        "cells": [hit.part_number, f"{hit.score:.2f}", names, hit.family or "", why],
    }


def _uri(pixels: RgbImage) -> str:
    from catalog.images.thumbnails import data_uri, fitted, jpeg

    return data_uri(jpeg(fitted(pixels, THUMBNAIL)))
