"""``onnx:FOLDER`` for images: an ONNX file that turns pixels into one vector an image."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.embedding.onnx_model import fingerprint, read_model_toml, require_dim
from catalog.embedding.onnx_pixels import PixelModel

_CODE_VERSION = 1
"""Raise when the same model and image would give another vector."""
_DYNAMIC_BATCH = 16


def create(folder: str) -> OnnxImages:
    """Return the embedder of the model in ``folder``; raises ModelNotFound."""
    return OnnxImages(folder)


class OnnxImages:
    """Runs an ONNX image model on the CPU; input and output are as its ``model.toml`` says.

    ``threads`` as in ``PixelModel``.
    """

    def __init__(self, folder: str | Path, threads: int | None = None) -> None:
        model = read_model_toml(folder, "image")
        assert model.image is not None  # noqa: S101 - read_model_toml has checked it
        self._model = PixelModel(
            model,
            model.image,
            partial(require_dim, model),
            batch_size=_DYNAMIC_BATCH,
            threads=threads,
        )
        self._description = EmbedderDescription(
            name=f"onnx:{model.name}",
            modality="image",
            dim=model.dim,
            licence=model.licence,
            fingerprint=f"{_CODE_VERSION}-{fingerprint(model)}",
            input_side=model.image.size,
            batch_size=self._model.batch_size,
        )

    @property
    def description(self) -> EmbedderDescription:
        """The model's identity."""
        return self._description

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        """Embed images, unit rows, shape (n, dim)."""
        blocks = [unit_rows(vectors) for vectors in self._model.outputs(batch)]
        return np.concatenate([np.empty((0, self._description.dim), np.float32), *blocks])

    embed_queries = embed_documents
