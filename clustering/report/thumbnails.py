"""Small pictures of views, from where they were ingested; what cannot be read is left out."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from catalog.errors import FetchFailed, ImageRejected
from catalog.images.decode import decode

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

SIDE = 88
"""Pixels of the longer side."""
_QUALITY = 72


def thumbnails(catalog: OpenedCatalog, files: Iterable[str]) -> dict[str, bytes]:
    """Return the JPEG of each view that can still be read, by its file."""
    distinct_files = list(dict.fromkeys(files))
    with ThreadPoolExecutor() as pool:
        images = pool.map(lambda file: _thumbnail(catalog, file), distinct_files)
        return {file: image for file, image in zip(distinct_files, images, strict=True) if image}


def data_uris(images: Mapping[str, bytes]) -> dict[str, str]:
    """Return the pictures as they stand in a page."""
    return {
        file: f"data:image/jpeg;base64,{base64.b64encode(image).decode()}"
        for file, image in images.items()
    }


def _thumbnail(catalog: OpenedCatalog, file: str) -> bytes | None:
    try:
        pixels = decode(
            catalog.read_original(file), side=SIDE, max_pixels=catalog.settings.max_pixels
        ).pixels
    except (ImageRejected, FetchFailed):
        return None
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((SIDE, SIDE))
    content = BytesIO()
    image.save(content, "JPEG", quality=_QUALITY)
    return content.getvalue()
