"""``builtin:combined``, the default: SIFT words, colour patches and colours side by side."""

from __future__ import annotations

from catalog.embedding.builtin_images.colour import Colour
from catalog.embedding.builtin_images.fitted import Block, FittedEmbedder
from catalog.embedding.builtin_images.patches import Patches
from catalog.embedding.builtin_images.sift import sift_words


def embedder() -> FittedEmbedder:
    """Return the embedder; weights measured by ``benchmarks/image_embedders.py``."""
    blocks = [
        Block(sift_words(), 320, whitening=0.4, weight=1.0),
        Block(Patches(), 128, whitening=0.4, weight=0.5),
        Block(Colour(), 64, whitening=0.25, weight=0.4),
    ]
    return FittedEmbedder("combined", blocks)
