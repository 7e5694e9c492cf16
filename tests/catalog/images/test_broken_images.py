"""Broken and odd image files, each with the one outcome it must have."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from catalog.errors import ImageRejected
from catalog.images.decode import DecodedImage, decode
from tests.catalog.images.samples import (
    CORNERS,
    HEIC_FOLDER,
    cmyk_profile,
    corners,
    encoded,
    flipped,
    frames,
    noisy,
    png_chunk,
    png_of,
    quarters,
    resized_jpeg,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

JPEG = encoded(noisy(), "JPEG")
PROGRESSIVE = encoded(noisy(), "JPEG", progressive=True)
PNG = encoded(noisy(), "PNG")
GIF = encoded(noisy(), "GIF")
BMP = encoded(noisy(), "BMP")
WEBP = encoded(noisy(), "WEBP")
TIFF = encoded(noisy(), "TIFF")
TIFF_LZW = encoded(noisy(), "TIFF", compression="tiff_lzw")
HEIC = (HEIC_FOLDER / "upright.heic").read_bytes()
TURNED_HEIC = (HEIC_FOLDER / "turned.heic").read_bytes()
BIG_CANVAS = struct.pack("<I", 16382)[:3] * 2


def long_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 3_000_000, zip=True)
    return encoded(quarters(), "PNG", pnginfo=text)


def endless_scans() -> bytes:
    last = PROGRESSIVE.rindex(b"\xff\xda")
    return PROGRESSIVE[:last] + PROGRESSIVE[last:-2] * 300 + PROGRESSIVE[-2:]


REJECTED: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "empty"),
    "one byte": (b"\xff", "not_an_image"),
    "zeros": (bytes(4096), "not_an_image"),
    "text": (b"Part 4711 has no photo", "not_an_image"),
    "error page": (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "not_an_image"),
    "table": (b"part;image\n4711;4711.jpg\n", "not_an_image"),
    "executable": (b"\x7fELF" + bytes(60), "not_an_image"),
    "JPEG behind other bytes": (b"\r\n" + JPEG, "not_an_image"),
    "RIFF that is sound": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(32), "not_an_image"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "unsupported_format"),
    "PDF": (b"%PDF-1.7\n", "unsupported_format"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
    "SVG with XML head": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>", "unsupported_format"),
    "Photoshop": (b"8BPS\0\1" + bytes(30), "unsupported_format"),
    "AVIF": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "unsupported_format"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n", "unsupported_format"),
    "icon": (encoded(quarters(32, 32), "ICO"), "unsupported_format"),
    "zip": (b"PK\3\4" + bytes(40), "unsupported_format"),
    "STEP model": (b"ISO-10303-21;\nHEADER;\n", "unsupported_format"),
    "JPEG of three bytes": (JPEG[:3], "truncated"),
    "JPEG cut in its header": (JPEG[:100], "truncated"),
    "JPEG cut in half": (JPEG[: len(JPEG) // 2], "truncated"),
    "JPEG without its end mark": (JPEG[:-2], "truncated"),
    "progressive JPEG cut": (PROGRESSIVE[: len(PROGRESSIVE) // 2], "truncated"),
    "progressive JPEG of 300 scans": (endless_scans(), "corrupt"),
    "JPEG that says 0 x 64": (resized_jpeg(JPEG, 0, 64), "corrupt"),
    "JPEG that says 65000 x 65000": (resized_jpeg(JPEG, 65000, 65000), "too_many_pixels"),
    "JPEG without tables": (b"\xff\xd8\xff\xd9", "corrupt"),
    "PNG of eight bytes": (PNG[:8], "truncated"),
    "PNG cut in its header": (PNG[:20], "truncated"),
    "PNG cut in half": (PNG[: len(PNG) // 2], "truncated"),
    "PNG with damaged pixels": (flipped(PNG, 0.4, 0.6), "corrupt"),
    "PNG without pixels": (png_of(40, 30), "corrupt"),
    "PNG that says 0 x 0": (png_of(0, 0), "corrupt"),
    "PNG that says 60000 x 60000": (png_of(60000, 60000), "too_many_pixels"),
    "PNG with an inflated text": (long_text(), "corrupt"),
    "GIF of six bytes": (GIF[:6], "truncated"),
    "GIF without a frame": (GIF[:13] + b";", "truncated"),
    "GIF cut in half": (GIF[: len(GIF) // 2], "truncated"),
    "GIF that says 65000 x 65000": (
        b"GIF89a" + struct.pack("<HH", 65000, 65000) + GIF[10:],
        "too_many_pixels",
    ),
    "BMP of ten bytes": (BMP[:10], "truncated"),
    "BMP cut in half": (BMP[: len(BMP) // 2], "truncated"),
    "BMP with an unknown header": (BMP[:14] + b"\x07\0\0\0" + BMP[18:], "corrupt"),
    "BMP that says 30000 x 30000": (
        BMP[:18] + struct.pack("<ii", 30000, 30000) + BMP[26:],
        "too_many_pixels",
    ),
    "TIFF of four bytes": (TIFF[:4], "truncated"),
    "TIFF cut in its pixels": (TIFF[: len(TIFF) // 2], "truncated"),
    "TIFF whose directory is missing": (TIFF_LZW[: len(TIFF_LZW) // 2], "truncated"),
    "TIFF directory beyond the end": (b"II*\0\xff\xff\xff\x7f" + bytes(64), "truncated"),
    "TIFF with an empty directory": (b"II*\0\x08\0\0\0\0\0\0\0\0\0", "corrupt"),
    "TIFF with damaged pixels": (flipped(TIFF_LZW, 0.4, 0.6), "corrupt"),
    "WebP cut in half": (WEBP[: len(WEBP) // 2], "truncated"),
    "WebP with damaged header": (WEBP[:20] + bytes(10) + WEBP[30:], "corrupt"),
    "WebP that says 16383 x 16383": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + BIG_CANVAS,
        "too_many_pixels",
    ),
    "HEIC cut": (HEIC[: len(HEIC) // 2], "truncated"),
    "HEIC without an image": (HEIC[:24].ljust(40, b"\0"), "corrupt"),
    "HEIC with an item type that is no text": (
        TURNED_HEIC.replace(b"Exif\0\0\0\0\x0e", b"\xa6xif\0\0\0\0\x0e"),
        "corrupt",
    ),
    "HEIC with damaged boxes": (flipped(HEIC, 0.2, 0.5), "corrupt"),
}


@pytest.mark.parametrize("side", [None, 16])
@pytest.mark.parametrize("name", REJECTED)
def test_is_rejected_with_its_reason(name: str, side: int | None) -> None:
    content, reason = REJECTED[name]
    with pytest.raises(ImageRejected) as rejected:
        decode(content, side=side)
    assert rejected.value.reason == reason, rejected.value.detail


def grey16(values: int) -> bytes:
    ramp = np.linspace(0, values, 96 * 64).reshape(64, 96).astype(np.uint16)
    return encoded(Image.fromarray(ramp), "PNG")


def floats(*, broken: bool) -> bytes:
    ramp = np.linspace(-3, 5, 96 * 64).reshape(64, 96).astype(np.float32)
    if broken:
        ramp[10:20, 10:20] = np.nan
    return encoded(Image.fromarray(ramp), "TIFF")


def transparent(alpha: int) -> Image.Image:
    image = quarters().convert("RGBA")
    image.putalpha(alpha)
    return image


def palette_with_hole() -> bytes:
    image = quarters().quantize(8)
    index = image.getpixel((5, 5))
    return encoded(image, "PNG", transparency=index)


def with_exif(block: bytes) -> bytes:
    return encoded(quarters(), "JPEG", exif=b"Exif\0\0" + block)


def cmyk(profile: bytes | None) -> bytes:
    options = {} if profile is None else {"icc_profile": profile}
    return encoded(quarters().convert("CMYK"), "JPEG", quality=95, **options)


def lab() -> bytes:
    solid = Image.new("LAB", (96, 64), (138, 209, 198))  # CIE L 54, a 81, b 70: sRGB red, D50
    return encoded(solid, "TIFF")


QUARTERS = [list(colour) for colour in CORNERS]
WHITE = [[255, 255, 255]] * 4
HOLE = [[255, 255, 255], *QUARTERS[1:]]
GREY = [
    [round(sum(c * w for c, w in zip(q, (0.299, 0.587, 0.114), strict=True)))] * 3 for q in QUARTERS
]

ACCEPTED: dict[str, tuple[bytes, tuple[str, ...], list[list[int]] | None]] = {
    "plain JPEG": (encoded(quarters(), "JPEG", quality=95), (), QUARTERS),
    "JPEG with bytes behind its end": (encoded(quarters(), "JPEG") + bytes(999), (), QUARTERS),
    "grey JPEG": (encoded(quarters().convert("L"), "JPEG", quality=95), (), GREY),
    "CMYK JPEG": (cmyk(None), ("cmyk_without_profile",), QUARTERS),
    "CMYK JPEG with a profile": (cmyk(cmyk_profile()), ("cmyk_by_profile", "uniform"), WHITE),
    "CMYK JPEG, broken profile": (cmyk(b"ICC?" * 50), ("cmyk_without_profile",), QUARTERS),
    "JPEG with a cut EXIF block": (with_exif(b"MM\0*\0\0\0\x08\0\x05\x01"), (), QUARTERS),
    "JPEG with EXIF nonsense": (with_exif(b"\xde\xad\xbe\xef" * 5), (), QUARTERS),
    "camera pair (MPO)": (frames("MPO", quality=95), (), QUARTERS),
    "1 x 1 PNG": (encoded(Image.new("RGB", (1, 1), "red"), "PNG"), ("tiny", "uniform"), None),
    "strip of 1 x 3000": (encoded(noisy(1, 3000), "PNG"), ("tiny",), None),
    "uniform": (encoded(Image.new("RGB", (64, 64), "white"), "PNG"), ("uniform",), WHITE),
    "bilevel TIFF": (encoded(Image.new("1", (64, 64), 1), "TIFF"), ("uniform",), WHITE),
    "palette": (encoded(quarters().quantize(8), "PNG"), (), QUARTERS),
    "palette with a hole": (palette_with_hole(), ("transparent_on_white",), HOLE),
    "opaque RGBA": (encoded(transparent(255), "PNG"), (), QUARTERS),
    "invisible": (encoded(transparent(0), "PNG"), ("transparent_on_white", "uniform"), WHITE),
    "invisible WebP": (
        encoded(transparent(0), "WEBP", lossless=True, exact=True),
        ("transparent_on_white", "uniform"),
        WHITE,
    ),
    "half grey": (
        encoded(Image.new("LA", (64, 64), (0, 128)), "PNG"),
        ("transparent_on_white", "uniform"),
        [[127, 127, 127]] * 4,
    ),
    "16 bits of grey": (grey16(65535), ("scaled_from_16_bit",), None),
    "12 bits of grey in 16": (grey16(4095), ("scaled_from_12_bit",), None),
    "8 bits of grey in 16": (grey16(255), ("scaled_from_8_bit",), None),
    "float TIFF": (floats(broken=False), ("scaled_from_32_bit",), None),
    "float TIFF with gaps": (floats(broken=True), ("scaled_from_32_bit",), None),
    "LAB TIFF": (lab(), ("lab_to_rgb", "uniform"), [[255, 0, 0]] * 4),
    "animated GIF": (frames("GIF"), ("first_frame_only",), QUARTERS),
    "animated PNG": (frames("PNG"), ("first_frame_only",), QUARTERS),
    "animated WebP": (frames("WEBP", lossless=True), ("first_frame_only",), QUARTERS),
    "TIFF of three pages": (frames("TIFF"), ("first_frame_only",), QUARTERS),
    "BigTIFF": (encoded(quarters(), "TIFF", big_tiff=True), (), QUARTERS),
    "HEIC": (HEIC, (), None),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_is_read_with_its_notes(name: str) -> None:
    content, notes, expected = ACCEPTED[name]
    decoded = decode(content)
    assert decoded.notes == notes
    assert decoded.pixels.shape == (decoded.height, decoded.width, 3)
    if expected is not None:
        np.testing.assert_allclose(corners(decoded.pixels), expected, atol=6)


@pytest.mark.parametrize(
    "name", ["16 bits of grey", "12 bits of grey in 16", "8 bits of grey in 16", "float TIFF"]
)
def test_deep_grey_keeps_its_levels(name: str) -> None:
    pixels = decode(ACCEPTED[name][0]).pixels
    assert pixels.min() == 0
    assert pixels.max() == 255
    assert len(np.unique(pixels)) == 256


def test_gaps_of_a_float_image_are_dark_and_leave_the_rest_alone() -> None:
    whole = decode(ACCEPTED["float TIFF"][0]).pixels
    gaps = decode(ACCEPTED["float TIFF with gaps"][0]).pixels
    assert (gaps[10:20, 10:20] == 0).all()
    assert (gaps[30:] == whole[30:]).all()


def test_float_image_without_any_number_is_rejected() -> None:
    content = encoded(Image.fromarray(np.full((20, 20), np.nan, dtype=np.float32)), "TIFF")
    with pytest.raises(ImageRejected, match="no finite pixel"):
        decode(content)


def test_a_bomb_costs_no_memory() -> None:
    bomb = png_of(49_000, 1_000, png_chunk(b"IDAT", zlib.compress(bytes(100))))
    with pytest.raises(ImageRejected, match="too_many_pixels"):
        decode(bomb, max_pixels=48_000_000)


def test_pillow_s_own_limits_are_left_alone() -> None:
    before = Image.MAX_IMAGE_PIXELS
    result: DecodedImage = decode(encoded(quarters(), "PNG"))
    assert result.width == 96
    assert before == Image.MAX_IMAGE_PIXELS
    with Image.open(BytesIO(JPEG)) as image:
        assert image.size == (96, 64)


SOUND = [JPEG, PROGRESSIVE, PNG, GIF, BMP, WEBP, TIFF, TIFF_LZW, HEIC, TURNED_HEIC]


@pytest.mark.parametrize("content", SOUND, ids=range(len(SOUND)))
def test_any_damage_ends_in_pixels_or_a_reason(content: bytes) -> None:
    """Flip a few bytes, mostly in the header; neither another error nor a crash may follow."""
    rng = np.random.default_rng(len(content))
    outcomes = set()
    for _ in range(60):
        damaged = bytearray(content)
        for place in rng.beta(1, 3, size=rng.integers(1, 8)):
            damaged[int(place * len(content))] = rng.integers(256)
        try:
            outcomes.add(decode(bytes(damaged), side=16).pixels.dtype.name)
        except ImageRejected as rejected:
            outcomes.add(rejected.reason)
    assert outcomes <= {"uint8", *(reason for _, reason in REJECTED.values())}
    assert len(outcomes) > 1
