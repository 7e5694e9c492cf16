"""``grounded-sam``: what the prompts name is found by GroundingDINO and cut out by SAM 2.

Both run through transformers, in batches. What the prompt to take away names is found in the same
pass and subtracted from the part's mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from catalog.arrays import RgbImage
from catalog.embedding.hf_folder import files_hash, model_folder
from catalog.errors import MissingExtra, ModelNotFound
from catalog.images.reduction import long_side_at_most
from segmentation.by_text.box_masks import BoxMasks
from segmentation.by_text.detections import Detections, part_of
from segmentation.by_text.phrases import part_phrases, phrases
from segmentation.by_text.text_detector import (
    BOX_THRESHOLD,
    MOST_BOXES,
    Boxes,
    PromptedBoxes,
    TextDetector,
)
from segmentation.contract import Prompts, Segmentation
from segmentation.masks import nothing_found, restored

DETECTOR = "IDEA-Research/grounding-dino-tiny"
MASK_MODEL = "facebook/sam2.1-hiera-small"
"""Both Apache-2.0."""
_CODE_VERSION = 1
"""Raise when the same models, image and prompts would give another mask."""
_LONGEST = 1333
"""Larger images are reduced to this side first; neither model looks at more."""
_CPU_BATCH = 4
_GPU_BATCH = 16


def create(detector: str | None = None, mask_model: str | None = None) -> GroundedSam:
    """Return the segmenter on two models, each by hub id or folder; None is the default model.

    Raises MissingExtra, and ModelNotFound with the way to get the model.
    """
    try:
        import torch
        import torchvision
        import transformers
    except ImportError:
        raise MissingExtra("the segmenter grounded-sam", "models") from None
    del torch, torchvision, transformers
    detector_folder = _folder("segmenter_detector", detector or DETECTOR)
    mask_folder = _folder("segmenter_mask_model", mask_model or MASK_MODEL)
    return GroundedSam(
        TextDetector(f"grounded-sam: {detector or DETECTOR}", detector_folder),
        BoxMasks(f"grounded-sam: {mask_model or MASK_MODEL}", mask_folder),
    )


class GroundedSam:
    """Runs both models on the GPU in half precision where there is one, else on the CPU.

    Device and precision are no part of the fingerprint; thresholds and the models' files are.
    """

    name = "grounded-sam"

    def __init__(self, detector: TextDetector, masks: BoxMasks) -> None:
        self._detector, self._masks = detector, masks
        self._batch = _CPU_BATCH if detector.device.type == "cpu" else _GPU_BATCH
        hashes = (files_hash(model.folder) for model in (detector, masks))
        self._fingerprint = "-".join(map(str, (_CODE_VERSION, BOX_THRESHOLD, MOST_BOXES, *hashes)))

    @property
    def device(self) -> str:
        """Where the models run: ``cpu`` or ``cuda``."""
        return str(self._detector.device.type)

    @property
    def fingerprint(self) -> str:
        """The code's version, the thresholds, and a hash of the files of each model."""
        return self._fingerprint

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each image; raises UsageError when the prompt names no part."""
        part, removed = part_phrases(prompts.part), phrases(prompts.remove)
        removed = [phrase for phrase in removed if phrase not in part]
        segmentations: list[Segmentation] = []
        for start in range(0, len(batch), self._batch):
            block = batch[start : start + self._batch]
            block_segmentations = self._segment(
                [long_side_at_most(image, _LONGEST) for image in block], part, removed
            )
            segmentations += map(restored, block_segmentations, block)
        return segmentations

    def _segment(
        self, images: list[RgbImage], part: list[str], removed: list[str]
    ) -> list[Segmentation]:
        segmentations = [nothing_found(image.shape[0], image.shape[1]) for image in images]
        detected = self._detector.find(images, part, removed)
        with_part = [position for position, things in enumerate(detected) if things.part.labels]
        if not with_part:
            return segmentations
        boxes = [_joined(detected[position]) for position in with_part]
        masks = self._masks.masks([images[position] for position in with_part], boxes)
        for position, detections in zip(with_part, masks, strict=True):
            segmentations[position] = _of_part(detections, part)
        return segmentations


def _folder(setting: str, name: str) -> Path:
    try:
        return model_folder(name)
    except ModelNotFound as error:
        raise ModelNotFound(f"grounded-sam, setting {setting}: {error}") from None


def _joined(detected: PromptedBoxes) -> Boxes:
    return Boxes(
        np.concatenate([detected.part.xyxy, detected.removed.xyxy]),
        np.concatenate([detected.part.scores, detected.removed.scores]),
        (*detected.part.labels, *detected.removed.labels),
    )


def _of_part(detections: Detections, part: Sequence[str]) -> Segmentation:
    is_part = np.array([label in part for label in detections.labels], dtype=np.bool_)
    return part_of(detections.only(is_part), detections.only(~is_part))
