from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from partscope.arrays import RgbImage
from partscope.errors import MissingExtra, ModelNotFound, UnknownName, UsageError
from segmentation.contract import Prompts
from segmentation.langsam import LangSam, create
from tests.segmentation.langsam_models import save_langsam_models
from tests.segmentation.tiny_models import save_detector

installed = pytest.mark.skipif(
    find_spec("lang_sam") is None,
    reason="lang-sam is not installed: pip install 'partscope[langsam]' needs git",
)
pytestmark = pytest.mark.filterwarnings("ignore")  # of what lang-sam imports
RANDOM = np.random.default_rng(5)
PROMPTS = Prompts("mechanical part .", "ruler . hand .")


def _photo(height: int, width: int) -> RgbImage:
    return RANDOM.integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return save_langsam_models(tmp_path_factory.mktemp("langsam"))


@pytest.fixture(scope="module")
def segmenter(models: tuple[Path, Path]) -> LangSam:
    return create(str(models[0]), str(models[1]))


@pytest.mark.slow
@installed
def test_real_package_segments_and_prints_nothing(
    segmenter: LangSam, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [_photo(40, 60), _photo(60, 40), _photo(40, 60)]
    found = segmenter.segment(photos, PROMPTS)
    assert [one.mask.shape for one in found] == [(40, 60), (60, 40), (40, 60)]
    assert any(not one.is_empty for one in found)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
@installed
def test_real_package_gives_single_images_what_batches_get(segmenter: LangSam) -> None:
    photos = [_photo(40, 60), _photo(60, 40), _photo(40, 60)]
    together = segmenter.segment(photos, Prompts("bolt .", ""))
    for photo, found in zip(photos, together, strict=True):
        (alone,) = segmenter.segment([photo], Prompts("bolt .", ""))
        assert (alone.mask == found.mask).mean() > 0.999


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
