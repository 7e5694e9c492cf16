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
from functools import partial
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from catalog.embedding.onnx_model import ModelToml, fingerprint, read_model_toml
from catalog.embedding.onnx_pixels import PixelModel
from catalog.errors import ModelNotFound
from segmentation.contract import Prompts, Segmentation
from segmentation.masks import box_of, nothing_found
from segmentation.silhouette.clutter import clutter_of

_CODE_VERSION = 2
"""Raise when the same model and photo would give another mask."""
_BATCH = 8
_THRESHOLD = 0.5


def create(folder: str) -> Saliency:
    """Return the segmenter of the model in ``folder``; raises ModelNotFound."""
    return Saliency(folder)


class Saliency:
    """Runs the model on the CPU; what is not a number in its output counts as background.

    The model itself runs on one thread: several photos at once, each with its clutter and its checks,
    take 0.7 of the processor's time that one batch spread over the cores does.
    """

    def __init__(self, folder: str | Path) -> None:
        toml = read_model_toml(folder, "mask")
        assert toml.mask is not None  # noqa: S101 - read_model_toml has checked it
        self._toml, self._section = toml, toml.mask
        self._model = PixelModel(
            toml, toml.mask, partial(_require_maps, toml), batch_size=_BATCH, threads=1
        )
        self._fingerprint = f"{_CODE_VERSION}-{fingerprint(toml)}"

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return f"onnx:{self._toml.name}"

    @property
    def fingerprint(self) -> str:
        """Changes with the weights and the preprocessing."""
        return self._fingerprint

    @property
    def wants_threads(self) -> bool:
        """Yes, unless the model itself wants several photos at once."""
        return self._model.fixed_rows <= 1

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Mark the part in each photo, without the clutter that ``prompts.remove`` names."""
        maps = chain.from_iterable(self._model.outputs(batch))
        return [self._read(*pair, prompts) for pair in zip(batch, maps, strict=True)]

    def _read(self, image: RgbImage, output: NDArray[np.float32], prompts: Prompts) -> Segmentation:
        height, width = image.shape[:2]
        likely = np.nan_to_num(output.reshape(output.shape[-2:]), nan=0, posinf=0, neginf=0)
        if self._section.resize == "pad":
            likely = _unpadded(likely, height, width)
        likely = cv2.resize(np.clip(likely, 0, 1), (width, height), interpolation=cv2.INTER_LINEAR)
        mask: Mask = (likely > _THRESHOLD) & ~clutter_of(image, prompts)
        if not mask.any():
            return nothing_found(height, width)
        return Segmentation(mask, box_of(mask), float(likely[mask].mean()), "part")


def _require_maps(model: ModelToml, shape: tuple[int, ...], rows: int) -> None:
    """Raise ModelNotFound when an output's shape is neither (rows, 1, h, w) nor (rows, h, w)."""
    is_flat = len(shape) == 3 or (len(shape) == 4 and shape[1] == 1)
    if not is_flat or shape[0] != rows or 0 in shape:
        raise ModelNotFound(
            f"model {model.name!r}: output {model.output!r} has shape {shape};"
            f" masks of {rows} images are ({rows}, 1, h, w)"
        )


def _unpadded(square: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return the part of a square map that the image filled."""
    rows, columns = square.shape
    inner_rows = max(1, round(rows * min(1, height / width)))
    inner_columns = max(1, round(columns * min(1, width / height)))
    top, left = (rows - inner_rows) // 2, (columns - inner_columns) // 2
    return square[top : top + inner_rows, left : left + inner_columns]
