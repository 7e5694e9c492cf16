"""Small pictures of views, from a reader of their files; a view that cannot be read has none."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TypeAlias

from PIL import Image

from catalog.arrays import RgbImage
from catalog.errors import FetchFailed, ImageRejected
from catalog.images.decode import decode
from catalog.images.steps import resize

Read: TypeAlias = Callable[[str], bytes]
"""Returns the bytes of a view's file; may raise ImageRejected and FetchFailed."""
MAX_PIXELS = 50_000_000


def thumbnail(read: Read, file: str, side: int, *, max_pixels: int = MAX_PIXELS) -> RgbImage | None:
    """Return a view with ``side`` pixels on its longer side at most; None where it cannot be read."""
    try:
        pixels = decode(read(file), side=side, max_pixels=max_pixels).pixels
    except (ImageRejected, FetchFailed):
        return None
    return fitted(pixels, side)


def thumbnails(
    read: Read, files: Iterable[str], side: int, *, max_pixels: int = MAX_PIXELS
) -> dict[str, bytes]:
    """Return the JPEG of each view that can be read, by its file; read in several threads."""

    def small(file: str) -> bytes | None:
        pixels = thumbnail(read, file, side, max_pixels=max_pixels)
        return None if pixels is None else jpeg(pixels)

    distinct_files = list(dict.fromkeys(files))
    with ThreadPoolExecutor() as pool:
        images = pool.map(small, distinct_files)
        return {file: image for file, image in zip(distinct_files, images, strict=True) if image}


def fitted(pixels: RgbImage, side: int) -> RgbImage:
    """Return the picture with at most ``side`` pixels on its longer side; a smaller one as it is."""
    return pixels if max(pixels.shape[:2]) <= side else resize(pixels, side=side)


def jpeg(pixels: RgbImage, quality: int = 80) -> bytes:
    """Return the picture as JPEG; ``quality`` is Pillow's, in [1, 95]."""
    content = BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=quality)
    return content.getvalue()


def data_uri(image: bytes) -> str:
    """Return a JPEG as it stands in a page that loads nothing."""
    return f"data:image/jpeg;base64,{base64.b64encode(image).decode()}"
