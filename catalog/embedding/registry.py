"""From an embedder's name (``builtin:combined``, ``onnx:FOLDER``, ``hf:ID``, ``st:ID``) to the embedder.

Nothing heavy is imported before an embedder of that kind is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

_KINDS: dict[Modality, tuple[str, ...]] = {
    "image": ("builtin", "onnx", "hf"),
    "text": ("builtin", "onnx", "st"),
}


def image_embedder(name: str) -> ImageEmbedder:
    """Return the image embedder of that name; loads its model."""
    kind, rest = _parsed("image", name)
    if kind == "builtin":
        from catalog.embedding import builtin_images

        return builtin_images.create(rest)
    if kind == "onnx":
        from catalog.embedding import onnx_images

        return onnx_images.create(rest)
    from catalog.embedding import hf_images

    return hf_images.create(rest)


def text_embedder(name: str) -> TextEmbedder:
    """Return the text embedder of that name; loads its model."""
    kind, rest = _parsed("text", name)
    if kind == "builtin":
        from catalog.embedding import builtin_names

        return builtin_names.create(rest)
    if kind == "onnx":
        from catalog.embedding import onnx_texts

        return onnx_texts.create(rest)
    from catalog.embedding import st_texts

    return st_texts.create(rest)


def profile(name: str) -> Profile:
    """Return the profile of that name."""
    if name not in PROFILES:
        raise UnknownName("profile", name, PROFILES)
    return PROFILES[name]


def _parsed(modality: Modality, name: str) -> tuple[str, str]:
    """Return the kind of a model and what follows the colon; raises UsageError and UnknownName."""
    kind, colon, rest = name.partition(":")
    kinds = _KINDS[modality]
    if not colon or not rest:
        allowed = ", ".join(f"{kind}:NAME" for kind in kinds)
        raise UsageError(f"an {modality} model is named {allowed}; got {name!r}")
    if kind not in kinds:
        raise UnknownName(f"kind of {modality} model", kind, kinds)
    return kind, rest
