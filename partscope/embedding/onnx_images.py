"""``onnx:FOLDER`` for images: an ONNX file that turns pixels into one vector an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import FloatMatrix, RgbImage, unit_rows
from partscope.embedding.contract import EmbedderDescription
from partscope.embedding.onnx_model import (
    ImageSection,
    Resize,
    fingerprint,
    open_session,
    read_model_toml,
    require_dim,
    require_name,
)
from partscope.errors import ModelNotFound

_CODE_VERSION = 1
"""Raise when the same model and image would give another vector."""
_DYNAMIC_BATCH = 16


def create(folder: str) -> OnnxImages:
    """Return the embedder of the model in ``folder``; raises ModelNotFound."""
    return OnnxImages(folder)


class OnnxImages:
    """Runs an ONNX image model on the CPU; input and output are as its ``model.toml`` says.

    ``threads`` None means OMP_NUM_THREADS, else all cores of this process. A model whose batch is
    fixed is fed blocks of that size, the last one filled up.
    """

    def __init__(self, folder: str | Path, threads: int | None = None) -> None:
        self._model = read_model_toml(folder, "image")
        assert self._model.image is not None  # noqa: S101 - read_model_toml has checked it
        self._image: ImageSection = self._model.image
        self._session = open_session(self._model, threads)
        inputs = {node.name: node for node in self._session.get_inputs()}
        require_name(self._model, "input", self._image.input, list(inputs))
        rows = inputs[self._image.input].shape[0]
        self._fixed_rows = rows if isinstance(rows, int) else None
        self._description = EmbedderDescription(
            name=f"onnx:{self._model.name}",
            modality="image",
            dim=self._model.dim,
            licence=self._model.licence,
            fingerprint=f"{_CODE_VERSION}-{fingerprint(self._model)}",
            input_side=self._image.size,
            batch_size=self._fixed_rows or _DYNAMIC_BATCH,
        )
        self._try_once()

    @property
    def description(self) -> EmbedderDescription:
        """The model's identity."""
        return self._description

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        """Embed images, unit rows, shape (n, dim)."""
        blocks = [unit_rows(self._run(block)) for block in self._blocks(batch)]
        return np.concatenate([np.empty((0, self._model.dim), np.float32), *blocks])

    embed_queries = embed_documents

    def _blocks(self, batch: Sequence[RgbImage]) -> Iterator[NDArray[np.float32]]:
        size = self._description.batch_size
        for start in range(0, len(batch), size):
            yield np.stack(
                [model_input(image, self._image) for image in batch[start : start + size]]
            )

    def _run(self, pixels: NDArray[np.float32]) -> FloatMatrix:
        rows = len(pixels)
        if self._fixed_rows:
            filler = np.zeros((self._fixed_rows - rows, *pixels.shape[1:]), np.float32)
            pixels = np.concatenate([pixels, filler])
        (output,) = self._session.run([self._model.output], {self._image.input: pixels})
        vectors = np.asarray(output, dtype=np.float32)
        require_dim(self._model, vectors.shape, len(pixels))
        return vectors[:rows]

    def _try_once(self) -> None:
        """Find out now, not in the middle of a run, that the model does not take such images."""
        grey = np.full((8, 8, 3), 128, np.uint8)
        try:
            self.embed_documents([grey])
        except ModelNotFound:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())
            raise ModelNotFound(
                f"model {self._model.name!r} does not take float32 images of shape"
                f" (n, 3, {self._image.size}, {self._image.size}): {reason}"
            ) from None


def model_input(image: RgbImage, section: ImageSection) -> NDArray[np.float32]:
    """Return what the model is fed of one image, shape (3, size, size)."""
    pixels = fit_square(image, section.size, section.resize).astype(np.float32)
    pixels -= np.asarray(section.mean, np.float32)
    pixels /= np.asarray(section.std, np.float32)
    return pixels.transpose(2, 0, 1)


def fit_square(image: RgbImage, size: int, how: Resize) -> RgbImage:
    """Return the image as (size, size, 3): stretched, its middle cut out, or padded with grey."""
    if how == "stretch":
        return _resize(image, size, size)
    height, width = image.shape[:2]
    chosen = min(height, width) if how == "crop" else max(height, width)
    if how == "crop":
        top, left = (height - chosen) // 2, (width - chosen) // 2
        return _resize(image[top : top + chosen, left : left + chosen], size, size)
    inner_height = max(1, round(height * size / chosen))
    inner_width = max(1, round(width * size / chosen))
    square = np.full((size, size, 3), 128, np.uint8)
    top, left = (size - inner_height) // 2, (size - inner_width) // 2
    inner = _resize(image, inner_width, inner_height)
    square[top : top + inner_height, left : left + inner_width] = inner
    return square


def _resize(image: RgbImage, width: int, height: int) -> RgbImage:
    """Return the image resized; area averages when it shrinks, since bilinear then skips pixels."""
    if image.shape[:2] == (height, width):
        return image
    shrinks = image.shape[0] > height or image.shape[1] > width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(image), (width, height), interpolation=how))
