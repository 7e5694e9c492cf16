from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.arrays import RgbImage
from catalog.embedding.onnx_images import create as image_embedder
from catalog.errors import ModelNotFound
from segmentation.contract import Prompts
from segmentation.saliency import create
from tests.catalog.embedding.tiny_onnx_images import (
    save_tiny_image_model,
    save_tiny_mask_model,
)

KEEP = Prompts(remove="")
STUDENT = """\
name = "saliency-student-v2"
modality = "mask"
file = "saliency_student_v2.onnx"
licence = "BSD-2-Clause-Patent"
output = "saliency_map"
[mask]
input = "input"
size = 256
mean = [123.675, 116.28, 103.53]
std = [58.395, 57.12, 57.375]
"""


def photo(height: int, width: int, box: tuple[int, int, int, int]) -> RgbImage:
    """Return a dark rectangle on light ground."""
    image = np.full((height, width, 3), 230, np.uint8)
    left, top, right, bottom = box
    image[top:bottom, left:right] = 20
    return image


@pytest.mark.parametrize("resize", ["stretch", "pad"])
@pytest.mark.parametrize("rows", ["N", 1, 3])
def test_mask_lies_where_the_part_lies(tmp_path: Path, resize: str, rows: int | str) -> None:
    box = (40, 16, 80, 48)
    model = create(str(save_tiny_mask_model(tmp_path, rows=rows, size=64, resize=resize)))
    for segmentation in model.segment([photo(64, 128, box)] * 4, KEEP):
        assert segmentation.mask.shape == (64, 128)
        np.testing.assert_allclose(segmentation.box, box, atol=2)
        assert segmentation.mask[32, 60]
        assert 0.9 < segmentation.score <= 1


@pytest.mark.parametrize(("rows", "wants"), [("N", True), (1, True), (3, False)])
def test_threads_find_what_a_batch_finds(tmp_path: Path, rows: int | str, wants: bool) -> None:
    model = create(str(save_tiny_mask_model(tmp_path, rows=rows, size=64)))
    assert model.wants_threads == wants
    photos = [photo(64, 128, (n, 16, n + 40, 48)) for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        alone = [
            segmentations[0]
            for segmentations in pool.map(lambda image: model.segment([image], KEEP), photos)
        ]
    for one, other in zip(alone, model.segment(photos, KEEP), strict=True):
        np.testing.assert_array_equal(one.mask, other.mask)


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1)])
def test_tiniest_photos_have_a_mask_or_none(tmp_path: Path, shape: tuple[int, int]) -> None:
    model = create(str(save_tiny_mask_model(tmp_path)))
    for grey in (0, 255):
        (segmentation,) = model.segment([np.full((*shape, 3), grey, np.uint8)], Prompts())
        assert segmentation.mask.shape == shape
        assert bool(segmentation.mask.all()) == (grey == 0)
        assert segmentation.is_empty == (grey == 255)


def test_not_a_number_is_background(tmp_path: Path) -> None:
    model = create(str(save_tiny_mask_model(tmp_path, last="Log")))  # of light: not a number
    (segmentation,) = model.segment([photo(32, 32, (8, 8, 20, 20))], KEEP)
    assert segmentation.box == (8, 8, 20, 20)
    (segmentation,) = model.segment([np.full((32, 32, 3), 250, np.uint8)], KEEP)
    assert segmentation.is_empty
    assert segmentation.score == 0


def test_output_of_another_shape_is_refused_when_made(tmp_path: Path) -> None:
    folder = save_tiny_mask_model(tmp_path, channels=2)
    with pytest.raises(ModelNotFound, match=r"output 'mask' has shape \(1, 2, 32, 32\)"):
        create(str(folder))


def test_embedder_and_mask_model_are_told_apart(tmp_path: Path) -> None:
    embedder, mask_model = tmp_path / "embedder", tmp_path / "mask"
    save_tiny_image_model(embedder)
    save_tiny_mask_model(mask_model)
    with pytest.raises(ModelNotFound, match="a model for image; mask is needed"):
        create(str(embedder))
    with pytest.raises(ModelNotFound, match="a model for mask; image is needed"):
        image_embedder(str(mask_model))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('output = "mask"', 'output = "mask"\ndim = 8', "masks have none"),
        ("[mask]", "[image]", r"needs a section \[mask\] alone"),
        ('"stretch"', '"crop"', "mask.resize"),
        ('"pixels"', '"image"', "no input 'image'; it has pixels"),
    ],
)
def test_wrong_model_toml_says_what_is_wrong(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    toml = save_tiny_mask_model(tmp_path) / "model.toml"
    toml.write_text(toml.read_text().replace(before, after))
    with pytest.raises(ModelNotFound, match=said):
        create(str(tmp_path))


def test_fingerprint_follows_weights_and_preprocessing(tmp_path: Path) -> None:
    folders = [
        save_tiny_mask_model(tmp_path / "a"),
        save_tiny_mask_model(tmp_path / "b"),
        save_tiny_mask_model(tmp_path / "c", resize="pad"),
        save_tiny_mask_model(tmp_path / "d", last="Log"),
    ]
    prints = [create(str(folder)).fingerprint for folder in folders]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_student_marks_a_part(shared: Path, tmp_path: Path) -> None:
    weights = shared / "models" / "saliency_student_v2" / "saliency_student_v2.onnx"
    (tmp_path / weights.name).symlink_to(weights)
    (tmp_path / "model.toml").write_text(STUDENT)
    tools = shared / "data" / "tools_masks_dev"
    names = ("tool-0001", "tool-0006", "tool-0029")
    photos = [np.asarray(Image.open(tools / "images" / f"{name}.jpg")) for name in names]
    segmentations = create(str(tmp_path)).segment(photos, KEEP)
    for name, part in zip(names, segmentations, strict=True):
        truth = np.asarray(Image.open(next(tools.glob(f"masks/{name}*"))).convert("L")) > 127
        assert (part.mask & truth).sum() / (part.mask | truth).sum() > 0.6
