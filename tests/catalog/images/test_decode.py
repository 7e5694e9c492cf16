from __future__ import annotations

import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from catalog.images.decode import decode
from tests.catalog.images.samples import (
    CORNERS,
    HEIC_FOLDER,
    corners,
    encoded,
    noisy,
    quarters,
)

_ORIENTATION = 0x0112
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a picture lies in the file when the EXIF orientation says how to turn it upright."""


def photo(width: int, height: int) -> Image.Image:
    return noisy(16, 12).resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("side", [None, 40])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", _STORED)
def test_every_orientation_comes_out_upright(kind: str, orientation: int, side: int | None) -> None:
    turn = _STORED[orientation]
    upright = quarters(384, 256)
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    options = {} if kind in ("TIFF", "PNG") else {"quality": 95}
    decoded = decode(encoded(stored, kind, exif=exif, **options), side=side)
    assert (decoded.width, decoded.height) == (384, 256)
    assert decoded.pixels.shape == ((256, 384, 3) if side is None else (40, 60, 3))
    np.testing.assert_allclose(corners(decoded.pixels), CORNERS, atol=8)


def test_turned_heic_comes_out_like_the_upright_one() -> None:
    upright = decode((HEIC_FOLDER / "upright.heic").read_bytes())
    turned = decode((HEIC_FOLDER / "turned.heic").read_bytes())
    assert (upright.width, upright.height) == (48, 32)
    assert (turned.width, turned.height) == (32, 48)
    difference = np.abs(np.rot90(upright.pixels, -1).astype(int) - turned.pixels)
    assert difference.mean() < 2


@pytest.mark.parametrize("orientation", [0, 9, 4711])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    decoded = decode(encoded(quarters(), "JPEG", quality=95, exif=exif))
    np.testing.assert_allclose(corners(decoded.pixels), CORNERS, atol=8)


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    side=st.integers(1, 200),
    kind=st.sampled_from(["JPEG", "PNG"]),
)
@settings(max_examples=60, deadline=None)
def test_the_short_side_is_the_one_asked_for(width: int, height: int, side: int, kind: str) -> None:
    decoded = decode(encoded(quarters(width, height), kind), side=side)
    rows, columns, _ = decoded.pixels.shape
    assert (decoded.width, decoded.height) == (width, height)
    assert min(rows, columns) == min(side, width, height)
    scale = min(1.0, side / min(width, height))
    assert abs(rows - height * scale) <= 1
    assert abs(columns - width * scale) <= 1


def test_pixels_can_be_written_to_and_lie_in_one_piece() -> None:
    for content in (encoded(quarters(), "PNG"), encoded(quarters(), "JPEG")):
        pixels = decode(content, side=20).pixels
        assert pixels.flags.writeable
        assert pixels.flags.c_contiguous
        assert pixels.dtype == np.uint8


def test_the_hash_is_that_of_the_file() -> None:
    content = encoded(quarters(), "PNG")
    assert decode(content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [(1600, 1200), (1201, 1777), (450, 449)])
def test_reduced_decoding_looks_like_full_decoding(size: tuple[int, int]) -> None:
    content = encoded(photo(*size), "JPEG", quality=92)
    reduced = decode(content, side=224).pixels
    with Image.open(BytesIO(content)) as image:
        shape = (reduced.shape[1], reduced.shape[0])
        full = np.asarray(image.convert("RGB").resize(shape, Image.Resampling.BICUBIC))
    assert np.abs(reduced.astype(int) - full).mean() < 1


def test_the_largest_allowed_image_is_decoded() -> None:
    content = encoded(quarters(100, 50), "PNG")
    assert decode(content, max_pixels=5000).width == 100


def test_threads_give_what_one_thread_gives() -> None:
    contents = [encoded(photo(200 + n, 150), kind) for n in range(6) for kind in ("JPEG", "PNG")]
    alone = [decode(content, side=64) for content in contents]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda content: decode(content, side=64), contents * 4))
    for number, decoded in enumerate(together):
        expected = alone[number % len(contents)]
        assert decoded.sha256 == expected.sha256
        assert (decoded.pixels == expected.pixels).all()


@pytest.mark.parametrize("name", ["car_parts_dev", "tools_masks_dev", "flipkart_dev"])
def test_photos_of_the_labelled_sets_are_read(shared: Path, name: str) -> None:
    with (shared / "data" / name / "parts.csv").open(encoding="utf-8", newline="") as table:
        images = [row["image"] for row in csv.DictReader(table)][::60]
    assert images
    for image in images:
        decoded = decode((shared / "data" / name / image).read_bytes(), side=64)
        assert min(decoded.pixels.shape[:2]) == min(64, decoded.width, decoded.height)
        assert "tiny" not in decoded.notes
