from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.arrays import RgbImage
from catalog.errors import MissingExtra, ModelNotFound, UnknownName, UsageError
from segmentation.by_text.langsam import LangSam, create
from segmentation.contract import Prompts
from tests.segmentation.by_text.langsam_models import save_langsam_models
from tests.segmentation.by_text.tiny_models import save_detector

installed = pytest.mark.skipif(
    find_spec("lang_sam") is None,
    reason="lang-sam is not installed: pip install 'partscope[langsam]' needs git",
)
pytestmark = pytest.mark.filterwarnings("ignore")  # of what lang-sam imports
RANDOM = np.random.default_rng(5)
PROMPTS = Prompts("mechanical part .", "ruler . hand .")


def _photo(height: int, width: int) -> RgbImage:
    return RANDOM.integers(0, 256, (height, width, 3), np.uint8)


class Recorded:
    """Gives what lang-sam 0.2.1 (918043e) gave, in its shapes, for each caption; no box for others."""

    def __init__(self, boxes: dict[str, list[tuple[int, int, int, int]]]) -> None:
        self.boxes = boxes
        self.calls: list[tuple[int, str]] = []

    def predict(
        self, images: list[Any], captions: list[str], *, box_threshold: float, text_threshold: float
    ) -> list[dict[str, Any]]:
        assert (box_threshold, text_threshold) == (0.3, 0.25)
        self.calls.append((len(images), captions[0]))
        return [
            self._result(image, self.boxes.get(caption, []), caption)
            for image, caption in zip(images, captions, strict=True)
        ]

    def _result(self, image: Any, boxes: list[Any], caption: str) -> dict[str, Any]:
        count = len(boxes)
        labels = [f"{caption} [SEP]"] * count
        scores = np.linspace(0.9, 0.8, count, dtype=np.float32)
        output: dict[str, Any] = {"scores": scores, "labels": labels, "text_labels": labels}
        output |= {"boxes": np.array(boxes, np.float32).reshape(-1, 4), "masks": []}
        if not count:
            return output | {"mask_scores": []}
        masks = np.zeros((count, image.height, image.width), np.float32)
        for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
            mask[top:bottom, left:right] = 1
        quality = np.full(count, 0.5, np.float32)
        return output | {"masks": masks, "mask_scores": quality if count > 1 else quality[0]}


def test_recorded_results_become_the_part_without_what_is_taken_away() -> None:
    part, ruler = (2, 2, 20, 12), (0, 8, 40, 12)
    model = Recorded({"bolt.": [part, (25, 2, 30, 6)], "ruler. hand.": [ruler]})
    photos = [_photo(20, 40), _photo(40, 20), _photo(20, 40)]
    segmentations = LangSam(model, "f").segment(photos, Prompts("bolt .", "ruler . hand ."))
    assert sorted(model.calls) == [
        (1, "bolt."),
        (1, "ruler. hand."),
        (2, "bolt."),
        (2, "ruler. hand."),
    ]
    expected = np.zeros((20, 40), np.bool_)
    expected[2:8, 2:20] = expected[2:6, 25:30] = True
    for segmentation in (segmentations[0], segmentations[2]):
        np.testing.assert_array_equal(segmentation.mask, expected)
        assert segmentation.box == (2, 2, 30, 8)
        assert segmentation.score == pytest.approx(0.9)
    assert segmentations[1].mask.shape == (40, 20)


def test_recorded_one_box_and_no_box_are_read() -> None:
    photo = _photo(20, 40)
    (segmentation,) = LangSam(Recorded({"bolt.": [(2, 2, 20, 12)]}), "f").segment([photo], PROMPTS)
    assert segmentation.is_empty
    assert (segmentation.score, segmentation.box) == (0, (0, 0, 0, 0))
    model = Recorded({"mechanical part.": [(2, 2, 20, 12)]})
    (segmentation,) = LangSam(model, "f").segment([photo], PROMPTS)
    assert (segmentation.box, segmentation.mask.sum()) == ((2, 2, 20, 12), 180)


def test_large_photos_are_reduced_and_masks_have_their_size() -> None:
    model = Recorded({"bolt.": [(100, 100, 500, 200)]})
    (segmentation,) = LangSam(model, "f").segment([_photo(900, 2048)], Prompts("bolt .", ""))
    assert segmentation.mask.shape == (900, 2048)
    np.testing.assert_allclose(segmentation.box, (200, 200, 1000, 400), atol=2)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return save_langsam_models(tmp_path_factory.mktemp("langsam"))


@pytest.fixture(scope="module")
def segmenter(models: tuple[Path, Path]) -> LangSam:
    return create(str(models[0]), str(models[1]))


@pytest.mark.slow
@installed
def test_real_package_loads_and_segments_and_prints_nothing(
    models: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    segmenter = create(str(models[0]), str(models[1]))
    photos = [_photo(40, 60), _photo(60, 40), _photo(40, 60)]
    segmentations = segmenter.segment(photos, PROMPTS)
    assert [segmentation.mask.shape for segmentation in segmentations] == [
        (40, 60),
        (60, 40),
        (40, 60),
    ]
    assert any(not segmentation.is_empty for segmentation in segmentations)
    assert capfd.readouterr().out == ""


@pytest.mark.slow
@installed
def test_real_package_gives_single_images_what_batches_get(segmenter: LangSam) -> None:
    photos = [_photo(40, 60), _photo(60, 40), _photo(40, 60)]
    together = segmenter.segment(photos, Prompts("bolt .", ""))
    for photo, segmentation in zip(photos, together, strict=True):
        (alone,) = segmenter.segment([photo], Prompts("bolt .", ""))
        assert (alone.mask == segmentation.mask).mean() > 0.999


@pytest.mark.slow
@installed
def test_prompt_without_a_part_is_refused(segmenter: LangSam) -> None:
    with pytest.raises(UsageError, match="what the part is called"):
        segmenter.segment([_photo(8, 8)], Prompts(" ", "hand ."))


@installed
def test_missing_models_are_named_with_the_way_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = str(save_detector(tmp_path / "detector"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFound, match=r"segmenter_detector: .*hf download"):
        create()
    with pytest.raises(ModelNotFound, match=r"fetch https://.*sam2.1_hiera_small.pt and set"):
        create(detector)
    with pytest.raises(UnknownName, match=r"'sam9'.*sam2.1_hiera_tiny"):
        create(detector, "sam9")
    (tmp_path / "sam2.1_hiera_tiny.pt").write_bytes(b"no weights")
    with pytest.raises(ModelNotFound, match="langsam cannot load its models"):
        create(detector, str(tmp_path / "sam2.1_hiera_tiny.pt"))


def test_without_the_package_the_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lang_sam", None)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [])
    with pytest.raises(MissingExtra, match=r"pip install 'partscope\[langsam\]'"):
        create()
