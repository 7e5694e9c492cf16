from __future__ import annotations

import pickle
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from catalog.arrays import RgbImage
from catalog.errors import UnknownName, UsageError
from catalog.images.preparation import Preparation
from tests.catalog.images.samples import noisy

ALL_COLOURS = "remove-markers=blue+green+magenta+orange+red+yellow"


def metal(width: int = 320, height: int = 240) -> RgbImage:
    """Return a grey picture with gentle shades, as a steel part on a bench."""
    small = np.asarray(noisy(8, 6).convert("L").point(lambda grey: 90 + grey // 4))
    grey = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return np.array(grey.convert("RGB"))


def as_jpeg(image: Image.Image) -> RgbImage:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=85)
    with Image.open(stream) as decoded:
        return np.array(decoded.convert("RGB"))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        (" , ", ""),
        ("clahe", "clahe"),
        (" CLAHE , pad ", "clahe,pad=border"),
        ("pad=white,resize=224", "pad=white,resize=224"),
        ("resize=0224", "resize=224"),
        ("edges,clahe", "edges,clahe"),
        ("remove-markers", ALL_COLOURS),
        ("remove-markers=yellow+red+red", "remove-markers=red+yellow"),
    ],
)
def test_text_is_canonical(text: str, canonical: str) -> None:
    preparation = Preparation.parse(text)
    assert preparation.text == canonical
    assert Preparation.parse(canonical) == preparation


@pytest.mark.parametrize("text", ["blur", "clahee", "remove-markers=pink", "pad=black", "resize"])
def test_unknown_steps_and_values_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Preparation.parse(text)


def test_an_unknown_step_comes_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"did you mean 'clahe'.*Known: clahe, edges, pad"):
        Preparation.parse("clahee")


@pytest.mark.parametrize("value", ["15", "4097", "-3", "1e3", "", "²", "99999999999"])
def test_a_size_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match=r"\[16, 4096\]"):
        Preparation.parse(f"resize={value}")


@pytest.mark.parametrize("text", ["clahe=3", "edges=strong"])
def test_a_step_without_values_takes_none(text: str) -> None:
    with pytest.raises(UsageError, match="takes no value"):
        Preparation.parse(text)


def test_no_steps_give_the_image_itself() -> None:
    image = metal()
    assert Preparation.parse("")(image) is image


def test_it_crosses_process_borders() -> None:
    preparation = Preparation.parse("clahe,remove-markers=red,resize=64,pad")
    again = pickle.loads(pickle.dumps(preparation))  # noqa: S301
    assert again == preparation
    assert (again(metal()) == preparation(metal())).all()


@given(width=st.integers(1, 90), height=st.integers(1, 90), side=st.integers(16, 128))
@settings(max_examples=40, deadline=None)
def test_every_step_keeps_the_form_and_leaves_its_input_alone(
    width: int, height: int, side: int
) -> None:
    image = np.array(noisy(width, height))
    before = image.copy()
    for text in ("clahe", "edges", "pad", "pad=white", f"resize={side}", "remove-markers"):
        prepared = Preparation.parse(text)(image)
        assert prepared.dtype == np.uint8
        assert prepared.ndim == 3
        assert prepared.shape[2] == 3
    assert (image == before).all()


@pytest.mark.parametrize(("shape", "expected"), [((100, 50), (64, 32)), ((20, 40), (32, 64))])
def test_resize_keeps_the_shape(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    image = np.array(noisy(shape[1], shape[0]))
    assert Preparation.parse("resize=64")(image).shape == (*expected, 3)


def test_pad_fills_with_the_colour_of_the_border() -> None:
    image = np.full((30, 60, 3), (10, 80, 160), dtype=np.uint8)
    image[10:20, 20:40] = 255
    padded = Preparation.parse("pad")(image)
    assert padded.shape == (60, 60, 3)
    assert (padded[:15] == (10, 80, 160)).all()
    assert (padded[15:45] == image).all()
    white = Preparation.parse("pad=white")(image)
    assert (white[:15] == 255).all()
    assert (white[45:] == 255).all()


def test_clahe_spreads_the_lightness_and_keeps_grey_grey() -> None:
    flat = (metal() // 4 + 100).astype(np.uint8)
    even = Preparation.parse("clahe")(flat)
    assert even.std() > 1.5 * flat.std()
    assert np.ptp(even.astype(int), axis=2).max() <= 2


def test_edges_are_steeper() -> None:
    image = np.full((64, 64, 3), 90, dtype=np.uint8)
    image[:, 32:] = 160
    sharp = Preparation.parse("edges")(image)
    assert sharp[:, 31].mean() < 80
    assert sharp[:, 32].mean() > 170
    assert (sharp[:, :20] == 90).all()


@pytest.mark.parametrize("colour", ["red", "yellow", "#0000ff", "#00c000"])
def test_drawn_rings_lines_and_bubbles_disappear(colour: str) -> None:
    clean = metal()
    image = Image.fromarray(clean)
    draw = ImageDraw.Draw(image)
    draw.ellipse([60, 50, 180, 150], outline=colour, width=4)
    draw.ellipse([230, 20, 260, 50], fill=colour)
    draw.text((240, 28), "7", fill="white")
    draw.line([30, 220, 160, 180], fill=colour, width=3)
    marked = as_jpeg(image)
    restored = Preparation.parse("remove-markers")(marked)
    saturation = np.ptp(restored.astype(int), axis=2)
    assert np.ptp(marked.astype(int), axis=2).max() > 120
    assert (saturation > 60).mean() < 0.001
    assert np.abs(restored.astype(int) - clean).mean() < 3


def test_only_the_named_colours_go() -> None:
    image = Image.fromarray(metal())
    draw = ImageDraw.Draw(image)
    draw.ellipse([20, 20, 120, 120], outline="red", width=4)
    draw.ellipse([180, 20, 280, 120], outline="#0000ff", width=4)
    restored = Preparation.parse("remove-markers=red")(np.array(image)).astype(int)
    assert (restored[..., 0] - restored[..., 2]).max() < 40
    assert (restored[..., 2] - restored[..., 0]).max() > 200


@pytest.mark.parametrize("what", ["plug", "seal", "shaded ball"])
def test_coloured_parts_keep_their_colour(what: str) -> None:
    image = Image.fromarray(metal())
    draw = ImageDraw.Draw(image)
    if what == "plug":
        draw.rectangle([80, 60, 220, 180], fill="red")
    elif what == "seal":
        draw.ellipse([60, 20, 260, 220], outline="#0000ff", width=24)
    else:
        for radius in range(26, 0, -1):
            shade = 255 - 6 * radius
            box = [160 - radius, 120 - radius, 160 + radius, 120 + radius]
            draw.ellipse(box, fill=(shade, shade // 8, 10))
    picture = np.array(image)
    kept = Preparation.parse("remove-markers")(picture)
    assert (kept == picture).all()
