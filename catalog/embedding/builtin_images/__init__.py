"""``builtin:NAME`` for images: classic features that need no weights and no network.

``combined`` is the default. Those that learn from the catalogue (``combined``, ``sift``, ``orb``,
``patches``) do so without labels, from a bounded sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.errors import UnknownName

if TYPE_CHECKING:
    from catalog.embedding.contract import ImageEmbedder

NAMES = ("colour", "combined", "hog", "orb", "patches", "shape", "sift")


def create(name: str) -> ImageEmbedder:
    """Return the embedder of that name, not fitted yet; raises UnknownName."""
    if name not in NAMES:
        raise UnknownName("builtin image model", name, NAMES)
    from catalog.embedding.builtin_images import colour, combined, hog, orb, patches, shape, sift

    modules = {
        "colour": colour,
        "combined": combined,
        "hog": hog,
        "orb": orb,
        "patches": patches,
        "shape": shape,
        "sift": sift,
    }
    embedder: ImageEmbedder = modules[name].embedder()
    return embedder
