"""Every embedder that the conformance suite runs: factories by name.

A factory gets an empty folder, in which it may build a tiny model, and returns the embedder,
unfitted where it is fittable. Add an embedder to its list and the suite covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from catalog.embedding.contract import ImageEmbedder, TextEmbedder
from catalog.embedding.registry import image_embedder, text_embedder
from tests.catalog.embedding.tiny_hf import TINY_MODELS
from tests.catalog.embedding.tiny_onnx import save_tiny_model as save_onnx_text
from tests.catalog.embedding.tiny_onnx_images import save_tiny_image_model
from tests.catalog.embedding.tiny_st import save_tiny_model as save_st

ImageFactory = Callable[[Path], ImageEmbedder]
TextFactory = Callable[[Path], TextEmbedder]


def _builtin_image(name: str, folder: Path) -> ImageEmbedder:
    return image_embedder(f"builtin:{name}")


def _onnx_image(rows: int | str, folder: Path) -> ImageEmbedder:
    return image_embedder(f"onnx:{save_tiny_image_model(folder, rows=rows)}")


def _hf_image(name: str, folder: Path) -> ImageEmbedder:
    return image_embedder(f"hf:{TINY_MODELS[name](folder)}")


def _builtin_text(name: str, folder: Path) -> TextEmbedder:
    return text_embedder(f"builtin:{name}")


def _onnx_text(folder: Path) -> TextEmbedder:
    return text_embedder(f"onnx:{save_onnx_text(folder)}")


def _st_text(folder: Path) -> TextEmbedder:
    return text_embedder(f"st:{save_st(folder)}")


image_embedders: dict[str, ImageFactory] = {
    **{
        f"builtin:{name}": partial(_builtin_image, name)
        for name in ("hog", "colour", "shape", "sift", "orb", "combined")
    },
    "onnx": partial(_onnx_image, "N"),
    "onnx fixed batch": partial(_onnx_image, 2),
    **{f"hf:{name}": partial(_hf_image, name) for name in TINY_MODELS},
}

text_embedders: dict[str, TextFactory] = {
    **{
        f"builtin:{name}": partial(_builtin_text, name)
        for name in ("bilingual", "tfidf", "bag-of-words")
    },
    "onnx": _onnx_text,
    "st": _st_text,
}
