"""Turn the bytes of an image file into upright RGB pixels, or say exactly why not.

One road for documents and queries: format by its first bytes, size from the header, reduced
decoding, colours to RGB, transparency on white, EXIF orientation. Every plug-in is called by name,
so no other format of Pillow (EPS through Ghostscript, ...) ever runs, and no global state of
Pillow or of ``warnings`` is touched: safe in threads.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from catalog.arrays import RgbImage
from catalog.errors import ImageRejected
from catalog.images.colours import to_rgb
from catalog.images.formats import check_complete, format_of, open_format

TINY_SIDE = 16
"""A shorter side than this, in pixels, is noted: hardly anything can be seen."""
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {5, 6, 7, 8}
_ENDED = (EOFError, IndexError, struct.error)
"""What Pillow's plug-ins meet when a header stops short."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """One decoded view.

    ``pixels`` are upright, contiguous and writable; ``width`` and ``height`` are pixels of the
    upright original. ``notes`` are stable keys of what was done or seen: ``first_frame_only,
    transparent_on_white, cmyk_by_profile, cmyk_without_profile, lab_to_rgb,
    scaled_from_{8,10,12,14,16,32}_bit, orientation_unreadable, tiny, uniform``.
    """

    pixels: RgbImage
    width: int
    height: int
    sha256: str
    notes: tuple[str, ...] = ()


def decode(
    content: bytes, *, side: int | None = None, max_pixels: int = 50_000_000
) -> DecodedImage:
    """Decode JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC.

    With ``side`` the short side of the pixels is ``side`` exactly, or that of the original where
    it is smaller: JPEGs are decoded at 1/2, 1/4 or 1/8, the rest is an antialiased bicubic
    reduction. Raises ImageRejected with ``empty, not_an_image, unsupported_format, truncated,
    corrupt`` or ``too_many_pixels`` (more than ``max_pixels``, seen before anything is decoded).
    """
    kind = format_of(content)
    check_complete(kind, content)
    notes: list[str] = []
    try:
        with open_format(kind, content, max_pixels) as image_file:
            image, (width, height) = _pixels(image_file, side, notes)
            turn = _orientation(image_file, notes)
            if getattr(image_file, "is_animated", False):
                notes.append("first_frame_only")
    except ImageRejected:
        raise
    except Exception as error:  # Pillow's plug-ins raise nearly every type on broken files
        raise _rejection(kind, error) from error
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    if turn in _SIDEWAYS:
        width, height = height, width
    pixels: RgbImage = np.array(image)
    notes += _seen(pixels, min(width, height))
    return DecodedImage(pixels, width, height, sha256(content).hexdigest(), tuple(notes))


def _pixels(
    image: ImageFile, side: int | None, notes: list[str]
) -> tuple[Image.Image, tuple[int, int]]:
    """Load at the size that is asked for: RGB, not yet turned upright, and the original's size."""
    original, box = image.size, None
    if image.format == "JPEG":
        drafted = image.draft(None, _reduced(original, side))
        box = drafted and drafted[1]  # libjpeg rounds up: its last column may be cut short
    image.load()
    if image.format != "JPEG":
        original = image.size  # Pillow turns TIFFs upright itself, while loading
    rgb = to_rgb(image, notes)
    size = _reduced(original, side)
    if size != rgb.size:
        rgb = rgb.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return rgb, original


def _reduced(size: tuple[int, int], side: int | None) -> tuple[int, int]:
    """Return the smallest size of that shape whose short side is ``side``; never enlarged."""
    short = min(size)
    if side is None or short <= side:
        return size
    width, height = (max(side, round(length * side / short)) for length in size)
    return width, height


def _orientation(image: ImageFile, notes: list[str]) -> int:
    """Return the EXIF orientation, 1 to 8; read after loading, since PNGs may hold it at the end."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # a broken EXIF block costs the orientation, not the image
        notes.append("orientation_unreadable")
        return 1


def _seen(pixels: RgbImage, short_side: int) -> list[str]:
    notes = ["tiny"] if short_side < TINY_SIDE else []
    if (pixels == pixels[0, 0]).all():
        notes.append("uniform")
    return notes


def _rejection(kind: str, error: Exception) -> ImageRejected:
    text = str(error) or type(error).__name__
    if isinstance(error, Image.DecompressionBombError):
        return ImageRejected("too_many_pixels", text)
    is_truncated = isinstance(error.__cause__ or error, _ENDED) or "truncated" in text.lower()
    return ImageRejected("truncated" if is_truncated else "corrupt", f"{kind}: {text}")
