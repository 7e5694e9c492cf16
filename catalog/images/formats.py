"""Which image format bytes are, by their first bytes, and the one Pillow plug-in that reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Literal

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from catalog.errors import ImageRejected

SUPPORTED = "JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC"
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_UNSUPPORTED = (
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"<svg", "SVG"),
    (b"PK\3\4", "ZIP"),
    (b"AC10", "DWG"),
    (b"ISO-10303-21", "STEP"),
)
_MAX_SCANS = 64
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_PLUGINS: Mapping[str, Callable[[BytesIO], ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
    "WebP": WebPImageFile,
}


def format_of(content: bytes) -> str:
    """Return JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC.

    Raises ImageRejected with ``empty``, ``unsupported_format`` (an image or drawing of another
    kind) or ``not_an_image``.
    """
    if not content:
        raise ImageRejected("empty", "the file holds no bytes")
    for start, name in _SIGNATURES:
        if content.startswith(start):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp" and _is_heic(content):
        return "HEIC"
    other_format = _other_format(content)
    if other_format:
        raise ImageRejected(
            "unsupported_format", f"{other_format} is not read; readable: {SUPPORTED}"
        )
    raise ImageRejected("not_an_image", f"starts with {content[:12]!r}; readable: {SUPPORTED}")


def open_format(kind: str, content: bytes, max_pixels: int) -> ImageFile:
    """Return the opened, not yet decoded image; ImageRejected ``too_many_pixels`` when it is big.

    Pillow's errors about a broken header pass through.
    """
    if kind == "WebP":  # its plug-in allocates the whole canvas when it opens
        check_size(_webp_size(content), max_pixels)
    image = _heic(content) if kind == "HEIC" else _PLUGINS[kind](BytesIO(content))
    check_size(image.size, max_pixels)
    if isinstance(image, TiffImageFile):
        _check_strips(image, len(content))
    if image.info.get("progressive"):
        _check_scans(content)
    return image


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Refuse an image without pixels or with too many."""
    width, height = size
    if width < 1 or height < 1:
        raise ImageRejected("corrupt", f"the header says {width} x {height} pixels")
    if width * height > max_pixels:
        detail = f"{width} x {height} pixels are more than {max_pixels}"
        raise ImageRejected("too_many_pixels", detail)


def check_complete(kind: str, content: bytes) -> None:
    """Refuse a container that says it is longer than it is, where the decoder would not notice."""
    needed = _NEEDED[kind](content) if kind in _NEEDED else 0
    if len(content) < needed:
        raise ImageRejected("truncated", f"{kind}: {len(content)} of at least {needed} bytes")


def _is_heic(content: bytes) -> bool:
    brands = content[8 : int.from_bytes(content[:4], "big")]
    codes = {brands[at : at + 4] for at in range(0, min(len(brands), 256), 4)}
    return bool(codes & _HEIC_BRANDS) and not codes & _AVIF_BRANDS


def _other_format(content: bytes) -> str | None:
    if content[4:8] == b"ftyp" and content[8:12] in _AVIF_BRANDS:
        return "AVIF"
    text = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<?xml") and b"<svg" in text:
        return "SVG"
    return next((name for start, name in _UNSUPPORTED if text.startswith(start)), None)


def _heic(content: bytes) -> ImageFile:
    from pi_heif import HeifImageFile

    if not all(_is_text(content, match.start()) for match in re.finditer(b"infe", content)):
        raise ImageRejected("corrupt", "HEIC: an item's type is no text")
    image: ImageFile = HeifImageFile(BytesIO(content))
    return image


def _is_text(content: bytes, box: int) -> bool:
    """Return whether an item's type and names are UTF-8: pi_heif 1.4 crashes where they are not.

    They follow the version, id and protection of an item info entry (ISO/IEC 14496-12, 8.11.6).
    """
    size = int.from_bytes(content[max(0, box - 4) : box], "big")
    end = box - 4 + size
    try:
        content[box + 12 : box + 16].decode("ascii")
        content[box + 12 : max(end, box + 16)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _webp_size(content: bytes) -> tuple[int, int]:
    """Return the canvas size from the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    chunk = content[12:16]
    if chunk == b"VP8X":
        width, height = content[24:27], content[27:30]
        return 1 + int.from_bytes(width, "little"), 1 + int.from_bytes(height, "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = content[26:28], content[28:30]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF


def _jpeg_length(content: bytes) -> int:
    return len(content) if content.rfind(b"\xff\xd9") > 0 else len(content) + 2


def _webp_length(content: bytes) -> int:
    return 8 + int.from_bytes(content[4:8], "little")


def _heic_length(content: bytes) -> int:
    start = 0
    while start < len(content):
        start = _end_of_box(content, start)
    return start


def _tiff_length(content: bytes) -> int:
    """Return where the first directory ends (TIFF 6.0, section 2); BigTIFF is left to Pillow."""
    order: Literal["little", "big"] = "little" if content[:2] == b"II" else "big"
    if 42 not in content[2:4]:
        return 16
    start = int.from_bytes(content[4:8], order)
    entries = int.from_bytes(content[start : start + 2], order)
    return max(start + 2 + 12 * entries + 4, 8)


def _check_strips(image: TiffImageFile, length: int) -> None:
    """Refuse a TIFF whose strips or tiles lie beyond its end; libtiff calls that 'error -2'."""
    for offsets, sizes in ((273, 279), (324, 325)):
        ends = map(
            sum, zip(image.tag_v2.get(offsets, ()), image.tag_v2.get(sizes, ()), strict=False)
        )
        end = max(ends, default=0)
        if end > length:
            raise ImageRejected("truncated", f"TIFF: {length} of at least {end} bytes")


def _check_scans(content: bytes) -> None:
    """Refuse a progressive JPEG with absurdly many scans: each costs a pass over all its pixels."""
    scans = content.count(b"\xff\xda")
    if scans > _MAX_SCANS:
        raise ImageRejected("corrupt", f"JPEG: {scans} scans; encoders write about 10")


def _end_of_box(content: bytes, start: int) -> int:
    """Return where an ISO base media box ends (ISO/IEC 14496-12, section 4.2)."""
    size = int.from_bytes(content[start : start + 4], "big")
    if size == 1:
        size = int.from_bytes(content[start + 8 : start + 16], "big")
    if size == 0:
        return len(content)
    return start + max(size, 8)


_NEEDED: Mapping[str, Callable[[bytes], int]] = {
    "JPEG": _jpeg_length,
    "WebP": _webp_length,
    "HEIC": _heic_length,
    "TIFF": _tiff_length,
}
