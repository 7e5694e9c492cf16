"""``onnx:FOLDER``: an ONNX model that marks what stands out of a photo, described by model.toml.

::

    name = "saliency-student"
    modality = "mask"
    file = "model.onnx"
    licence = "BSD-2-Clause-Patent"
    output = "saliency_map"     # float32 (n, 1, height, width), 0 background to 1 part
    [mask]
    input = "input"             # float32 (n, 3, size, size), RGB
    size = 256
    resize = "stretch"          # stretch | pad
    mean = [123.7, 116.3, 103.5]  # in 0..255 units
    std = [58.4, 57.1, 57.4]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask, RgbImage
from partscope.embedding.onnx_images import model_input
from partscope.embedding.onnx_model import (
    MaskSection,
    fingerprint,
    open_session,
    read_model_toml,
    require_name,
)
from partscope.errors import ModelNotFound
from segmentation.contract import Prompts, Segmentation
from segmentation.detections import box_of, nothing_found
from segmentation.silhouette.segmenter import rulers_of

_CODE_VERSION = 1
"""Raise when the same model and photo would give another mask."""
_BATCH = 8
_THRESHOLD = 0.5


def create(folder: str) -> Saliency:
    """Return the segmenter of the model in ``folder``; raises ModelNotFound."""
    return Saliency(folder)


class Saliency:
    """Runs the model on the CPU; what is not a number in its output counts as background."""

    def __init__(self, folder: str | Path, threads: int | None = None) -> None:
        self._model = read_model_toml(folder, "mask")
        assert self._model.mask is not None  # noqa: S101 - read_model_toml has checked it
        self._section: MaskSection = self._model.mask
        self._session = open_session(self._model, threads)
        inputs = {node.name: node for node in self._session.get_inputs()}
        require_name(self._model, "input", self._section.input, list(inputs))
        rows = inputs[self._section.input].shape[0]
        self._batch = rows if isinstance(rows, int) else _BATCH
        self._is_fixed = isinstance(rows, int)
        self._fingerprint = f"{_CODE_VERSION}-{fingerprint(self._model)}"
        self._try_once()

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return f"onnx:{self._model.name}"

    @property
    def fingerprint(self) -> str:
        """Changes with the weights and the preprocessing."""
        return self._fingerprint

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Mark the part in each photo, without rulers where ``prompts.remove`` names them."""
        found = []
        for start in range(0, len(batch), self._batch):
            images = batch[start : start + self._batch]
            maps = self._run(np.stack([model_input(image, self._section) for image in images]))
            found += [self._read(*pair, prompts) for pair in zip(images, maps, strict=True)]
        return found

    def _run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the model's maps, shape (n, height, width)."""
        rows = len(pixels)
        if self._is_fixed and rows < self._batch:
            filler = np.zeros((self._batch - rows, *pixels.shape[1:]), np.float32)
            pixels = np.concatenate([pixels, filler])
        (output,) = self._session.run([self._model.output], {self._section.input: pixels})
        maps = np.asarray(output, np.float32)
        if maps.ndim == 4 and maps.shape[1] == 1:
            maps = maps[:, 0]
        if maps.ndim != 3 or len(maps) != len(pixels) or 0 in maps.shape:
            raise ModelNotFound(
                f"model {self._model.name!r}: output {self._model.output!r} has shape"
                f" {np.shape(output)}; masks of {len(pixels)} images are ({len(pixels)}, 1, h, w)"
            )
        return np.clip(np.nan_to_num(maps[:rows], nan=0, posinf=0, neginf=0), 0, 1)

    def _read(self, image: RgbImage, found: NDArray[np.float32], prompts: Prompts) -> Segmentation:
        height, width = image.shape[:2]
        if self._section.resize == "pad":
            found = _unpadded(found, height, width)
        likely = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)
        mask: Mask = (likely > _THRESHOLD) & ~rulers_of(image, prompts)
        if not mask.any():
            return nothing_found(height, width)
        return Segmentation(mask, box_of(mask), float(likely[mask].mean()), "part")

    def _try_once(self) -> None:
        """Find out now, not in the middle of a run, that the model does not take such images."""
        grey = np.full((8, 8, 3), 128, np.uint8)
        try:
            self._run(model_input(grey, self._section)[None])
        except ModelNotFound:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())
            raise ModelNotFound(
                f"model {self._model.name!r} does not take float32 images of shape"
                f" (n, 3, {self._section.size}, {self._section.size}): {reason}"
            ) from None


def _unpadded(found: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return the part of a square map that the image filled."""
    rows, columns = found.shape
    inner_rows = max(1, round(rows * min(1, height / width)))
    inner_columns = max(1, round(columns * min(1, width / height)))
    top, left = (rows - inner_rows) // 2, (columns - inner_columns) // 2
    return found[top : top + inner_rows, left : left + inner_columns]
