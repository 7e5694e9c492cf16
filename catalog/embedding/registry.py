"""From an embedder's name (``builtin:combined``, ``onnx:FOLDER``, ``hf:ID``, ``st:ID``) to the embedder.

Nothing heavy is imported before an embedder of that kind is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from catalog.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from catalog.embedding.contract import ImageEmbedder, Modality, TextEmbedder


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of embedders."""

    image_model: str
    text_model: str


PROFILES = {
    "builtin": Profile("builtin:combined", "builtin:bilingual"),
    "small": Profile(
        "hf:google/siglip2-base-patch16-224",
        "st:sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    ),
    "large": Profile("hf:facebook/dinov2-large", "st:intfloat/multilingual-e5-large"),
}

# kind -> factory(name after the colon); each factory raises UnknownName or ModelNotFound.
_FACTORIES: dict[Modality, dict[str, str]] = {
    "image": {
        "builtin": "catalog.embedding.builtin_images:create",
        "onnx": "catalog.embedding.onnx_images:create",
        "hf": "catalog.embedding.hf_images:create",
    },
    "text": {
        "builtin": "catalog.embedding.builtin_names:create",
        "onnx": "catalog.embedding.onnx_texts:create",
        "st": "catalog.embedding.st_texts:create",
    },
}


def image_embedder(name: str) -> ImageEmbedder:
    """Return the image embedder of that name; loads its model."""
    return cast("ImageEmbedder", _create("image", name))


def text_embedder(name: str) -> TextEmbedder:
    """Return the text embedder of that name; loads its model."""
    return cast("TextEmbedder", _create("text", name))


def profile(name: str) -> Profile:
    """Return the profile of that name."""
    if name not in PROFILES:
        raise UnknownName("profile", name, PROFILES)
    return PROFILES[name]


def _create(modality: Modality, name: str) -> Any:
    kind, colon, model_name = name.partition(":")
    factories = _FACTORIES[modality]
    if not colon or not model_name:
        allowed = ", ".join(f"{prefix}:NAME" for prefix in factories)
        raise UsageError(f"an {modality} model is named {allowed}; got {name!r}")
    if kind not in factories:
        raise UnknownName(f"kind of {modality} model", kind, factories)
    module, function = factories[kind].split(":")
    return getattr(import_module(module), function)(model_name)
