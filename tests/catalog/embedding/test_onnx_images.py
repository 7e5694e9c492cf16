from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.arrays import RgbImage, unit_rows
from catalog.embedding.onnx_images import OnnxImages, create
from catalog.embedding.onnx_model import Resize, default_threads
from catalog.embedding.onnx_pixels import fit_square
from catalog.embedding.registry import image_embedder
from catalog.errors import ModelNotFound
from tests.catalog.embedding.tiny_onnx_images import save_tiny_image_model, weights

RNG = np.random.default_rng(3)
PHOTOS: list[RgbImage] = [
    RNG.integers(0, 256, (height, width, 3), np.uint8)
    for height, width in [(20, 30), (1, 1), (1, 90), (90, 1), (40, 8)]
]


def test_description_says_what_model_toml_says(tmp_path: Path) -> None:
    description = image_embedder(f"onnx:{save_tiny_image_model(tmp_path)}").description
    assert (description.name, description.modality) == ("onnx:tiny", "image")
    assert (description.dim, description.input_side, description.licence) == (8, 16, "MIT")


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_fixed_batch_gives_the_vectors_of_a_dynamic_one(tmp_path: Path, rows: int) -> None:
    dynamic = create(str(save_tiny_image_model(tmp_path / "dynamic")))
    fixed = create(str(save_tiny_image_model(tmp_path / "fixed", rows=rows)))
    assert fixed.description.batch_size == rows
    np.testing.assert_allclose(
        fixed.embed_documents(PHOTOS), dynamic.embed_documents(PHOTOS), atol=1e-6
    )


def test_vector_is_that_of_the_model_on_normalised_pixels(tmp_path: Path) -> None:
    photo = RNG.integers(0, 256, (16, 16, 3), np.uint8)
    embedder = create(str(save_tiny_image_model(tmp_path, dim=4, seed=5)))
    kernel, bias = weights(4, seed=5)
    pixels = ((photo.astype(np.float32) - 127.5) / 64).transpose(2, 0, 1)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (4, 4), (1, 2))[:, ::2, ::2]
    maps = np.einsum("chwij,dcij->dhw", windows, kernel) + bias[:, None, None]
    expected = unit_rows(np.maximum(maps, 0).mean((1, 2))[None])
    np.testing.assert_allclose(embedder.embed_documents([photo]), expected, atol=1e-5)


@pytest.mark.parametrize("how", ["stretch", "crop", "pad"])
def test_every_resize_gives_the_square(how: Resize) -> None:
    for photo in PHOTOS:
        assert fit_square(photo, 16, how).shape == (16, 16, 3)


def test_crop_takes_the_middle_and_pad_keeps_everything() -> None:
    photo = np.zeros((10, 30, 3), np.uint8)
    photo[:, 10:20] = 255
    assert (fit_square(photo, 10, "crop") == 255).all()
    padded = fit_square(photo, 30, "pad")
    assert (padded[:10] == 128).all()
    assert (padded[10:20] == photo).all()


def test_fingerprint_follows_weights_and_preprocessing_but_not_the_place(tmp_path: Path) -> None:
    prints = [
        create(str(folder)).description.fingerprint
        for folder in (
            save_tiny_image_model(tmp_path / "a"),
            save_tiny_image_model(tmp_path / "copy"),
            save_tiny_image_model(tmp_path / "weights", seed=1),
            save_tiny_image_model(tmp_path / "resize", resize="pad"),
        )
    ]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_weights_beside_the_file_count_in_the_fingerprint(tmp_path: Path) -> None:
    folder = save_tiny_image_model(tmp_path)
    before = create(str(folder)).description.fingerprint
    (folder / "tiny.onnx.data").write_bytes(b"1")
    assert create(str(folder)).description.fingerprint != before


def _edit(old: str, new: str) -> object:
    def change(folder: Path) -> None:
        toml = folder / "model.toml"
        text = toml.read_text(encoding="utf-8")
        assert old in text
        toml.write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "model.toml").unlink(), "no model.toml"),
        (lambda folder: (folder / "tiny.onnx").unlink(), "no file 'tiny.onnx'"),
        (lambda folder: (folder / "tiny.onnx").write_bytes(b"hello"), "not a usable ONNX model"),
        (lambda folder: (folder / "tiny.onnx").write_bytes(b""), "not a usable ONNX model"),
        (lambda folder: (folder / "model.toml").write_bytes(b"\xff\xfe"), "cannot be read"),
        (_edit("dim = 8", "dim = 9"), "has shape .1, 8. for 1 items; model.toml says dim = 9"),
        (_edit('input = "pixels"', 'input = "x"'), "no input 'x'; it has pixels"),
        (_edit('output = "features"', 'output = "x"'), "no output 'x'; it has features"),
        (_edit("size = 16", "size = 2"), "does not take float32 images"),
        (_edit("size = 16", "size = 0"), "image.size"),
        (_edit("[64, 64, 64]", "[64, 0, 64]"), "image.std.1"),
        (_edit('"stretch"', '"squash"'), "image.resize"),
        (_edit("[image]", "[image"), "cannot be read"),
        (_edit("[image]", "[pixels]"), "pixels: Extra"),
        (_edit('modality = "image"', 'modality = "text"'), "section .text. alone"),
        (_edit("dim = 8", "dim = 8\nspeed = 1"), "speed"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(
    tmp_path: Path, change: object, message: str
) -> None:
    folder = save_tiny_image_model(tmp_path)
    assert callable(change)
    change(folder)
    with pytest.raises(ModelNotFound, match=message) as caught:
        create(str(folder))
    assert "\n" not in str(caught.value)


def test_missing_folder_is_named() -> None:
    with pytest.raises(ModelNotFound, match="/nowhere"):
        image_embedder("onnx:/nowhere")


@pytest.mark.parametrize(("given", "wanted"), [("3", 3), ("0", None), ("", None), ("many", None)])
def test_threads_follow_omp_num_threads(
    monkeypatch: pytest.MonkeyPatch, given: str, wanted: int | None
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    threads = default_threads()
    assert threads == wanted if wanted else threads >= 1


def test_thread_count_does_not_change_the_vectors(tmp_path: Path) -> None:
    folder = save_tiny_image_model(tmp_path)
    one, two = (OnnxImages(folder, threads).embed_documents(PHOTOS) for threads in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "every", "bar"),
    [
        pytest.param("mobilenet_v2_imagenet", 4, 0.84, marks=pytest.mark.slow),
        pytest.param("mobilenet_v2_imagenet", 1, 0.91, marks=pytest.mark.minutes),
        pytest.param("squeezenet11_lpips", 4, 0.78, marks=pytest.mark.slow),
        pytest.param("squeezenet11_lpips", 1, 0.83, marks=pytest.mark.minutes),
    ],
)
def test_nearest_photo_is_of_the_same_family(
    shared: Path, model: str, every: int, bar: float
) -> None:
    folder = shared / "data" / "car_parts_dev"
    with (folder / "parts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::every]
    photos = [np.asarray(Image.open(folder / row["image"]).convert("RGB")) for row in rows]
    vectors = create(str(shared / "models" / model)).embed_documents(photos)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -1)
    families = np.array([row["family"] for row in rows])
    assert np.mean(families[scores.argmax(axis=1)] == families) >= bar
