"""Small pictures made by the tests, and the ways to break them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from catalog.arrays import RgbImage

HEIC_FOLDER = Path(__file__).parent / "heic"
CORNERS = ((255, 255, 255), (200, 30, 30), (30, 160, 30), (30, 30, 200))
"""Colours of the quarters of ``quarters``: top left, top right, bottom left, bottom right."""


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Return four plain quarters, so that every turn and mirror image can be told apart."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate(CORNERS):
        left, top = (number % 2) * width // 2, (number // 2) * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def noisy(width: int = 96, height: int = 64, seed: int = 3) -> Image.Image:
    """Return a picture that no format stores in a few bytes."""
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the bytes of an image file."""
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def frames(kind: str, **options: Any) -> bytes:
    """Return a file of three pages or frames; the first is ``quarters``."""
    others = [noisy(seed=4), noisy(seed=5)]
    return encoded(quarters(), kind, save_all=True, append_images=others, **options)


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return one PNG chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a PNG whose header says that size, followed by any chunks."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND", b"")


def resized_jpeg(content: bytes, width: int, height: int) -> bytes:
    """Return a JPEG whose frame header says another size than it has."""
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def flipped(content: bytes, start: float, end: float) -> bytes:
    """Return the bytes with a stretch of them inverted; start and end are shares of the length."""
    first, last = int(len(content) * start), int(len(content) * end)
    damaged = bytes(byte ^ 0xFF for byte in content[first:last])
    return content[:first] + damaged + content[last:]


def corners(pixels: RgbImage) -> list[list[int]]:
    """Return the colours well inside the four quarters, in reading order."""
    height, width = pixels.shape[:2]
    places = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [[int(value) for value in pixels[place]] for place in places]


def cmyk_profile() -> bytes:
    """Return a minimal CMYK profile (ICC.1:2004, lut8Type) that knows black ink alone.

    No press is like that, which is the point: what has no black comes out white by the profile.
    """
    table = bytes([255, 128, 128, 0, 128, 128]) * 2**3
    identity = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000]
    ramp = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + struct.pack(">9I", *identity)
    lut += ramp * 4 + table + ramp * 3
    text = b"text\0\0\0\0test\0\0\0\0"
    white = b"XYZ \0\0\0\0" + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    tags = {b"A2B0": lut, b"cprt": text, b"desc": text, b"wtpt": white}
    at, body, index = 128 + 4 + 12 * len(tags), b"", struct.pack(">I", len(tags))
    for name, value in tags.items():
        index += name + struct.pack(">II", at + len(body), len(value))
        body += value + b"\0" * (-len(value) % 4)
    head = struct.pack(
        ">I4sI4s4s4s", at + len(body), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + index + body
