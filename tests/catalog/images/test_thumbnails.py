"""Small pictures of views; what cannot be read is left out."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from catalog.arrays import RgbImage
from catalog.errors import FetchFailed, ImageRejected
from catalog.images.thumbnails import data_uri, fitted, jpeg, thumbnail, thumbnails


def photo(width: int, height: int, colour: str = "red") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(content, "PNG")
    return content.getvalue()


def read(file: str) -> bytes:
    if file == "gone.png":
        raise ImageRejected("missing", "gone")
    if file == "http://down":
        raise FetchFailed("unreachable", "down")
    return b"no image" if file == "text.txt" else photo(300, 150)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=["JPEG"])


def test_a_thumbnail_has_its_longer_side_and_shape() -> None:
    pixels = thumbnail(read, "a.png", 96)
    assert pixels is not None
    assert pixels.shape == (48, 96, 3)


@pytest.mark.parametrize("file", ["gone.png", "http://down", "text.txt"])
def test_what_cannot_be_read_has_none(file: str) -> None:
    assert thumbnail(read, file, 96) is None


def test_a_photo_with_too_many_pixels_has_none() -> None:
    assert thumbnail(read, "a.png", 96, max_pixels=300 * 150 - 1) is None


def test_many_are_jpegs_by_file_each_once_and_in_order() -> None:
    images = thumbnails(read, ["b.png", "gone.png", "a.png", "b.png", "text.txt"], 40)
    assert list(images) == ["b.png", "a.png"]
    assert opened(images["a.png"]).size == (40, 20)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((200, 100), (50, 25)), ((20, 10), (20, 10)), ((1, 400), (1, 50)), ((50, 50), (50, 50))],
)
def test_a_picture_is_fitted_into_a_square(
    shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    pixels: RgbImage = np.full((*shape, 3), 7, dtype=np.uint8)
    assert fitted(pixels, 50).shape == (*expected, 3)
    assert np.all(fitted(pixels, 50) == 7)


def test_a_data_uri_holds_the_whole_jpeg() -> None:
    image = jpeg(np.zeros((4, 6, 3), dtype=np.uint8))
    prefix, _, content = data_uri(image).partition(",")
    assert prefix == "data:image/jpeg;base64"
    assert base64.b64decode(content) == image
    assert opened(image).size == (6, 4)
