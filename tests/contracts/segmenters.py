"""Every segmenter that the conformance suite runs: factories by name.

A factory gets an empty folder, in which it may build a tiny model, and returns the segmenter. Add a
segmenter to the list and the suite covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from segmentation.contract import Segmenter
from segmentation.registry import segmenter
from tests.catalog.embedding.tiny_onnx_images import save_tiny_mask_model
from tests.segmentation.by_text.langsam_models import save_langsam_models
from tests.segmentation.by_text.tiny_models import save_detector, save_mask_model


@dataclass(frozen=True)
class SegmenterCase:
    """``sees`` says whether it really finds parts: models with random weights do not."""

    make: Callable[[Path], Segmenter]
    sees: bool


def _silhouette(_folder: Path) -> Segmenter:
    return _named("silhouette")


def _saliency(folder: Path) -> Segmenter:
    return _named(f"onnx:{save_tiny_mask_model(folder)}")


def _grounded_sam(folder: Path) -> Segmenter:
    detector, mask_model = folder / "detector", folder / "masks"
    if not detector.exists():
        save_detector(detector)
        save_mask_model(mask_model)
    return _named("grounded-sam", str(detector), str(mask_model))


def _langsam(folder: Path) -> Segmenter:
    if find_spec("lang_sam") is None:
        pytest.skip("lang-sam is not installed: pip install 'partscope[langsam]' needs git")
    detector, checkpoint = save_langsam_models(folder)
    return _named("langsam", str(detector), str(checkpoint))


def _named(name: str, detector: str | None = None, mask_model: str | None = None) -> Segmenter:
    model = segmenter(name, detector=detector, mask_model=mask_model)
    assert model is not None
    return model


SEGMENTERS = {
    "silhouette": SegmenterCase(_silhouette, sees=True),
    "onnx": SegmenterCase(_saliency, sees=False),
    "grounded-sam": SegmenterCase(_grounded_sam, sees=False),
    "langsam": SegmenterCase(_langsam, sees=False),
}
