"""``builtin:NAME`` for names: embedders that need no weights and no network.

``bilingual`` is the default; ``tfidf`` and ``bag-of-words`` know no translation.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.errors import UnknownName

if TYPE_CHECKING:
    from catalog.embedding.contract import TextEmbedder

NAMES = ("bag-of-words", "bilingual", "tfidf")


def create(name: str) -> TextEmbedder:
    """Return the embedder of that name, not fitted yet; raises UnknownName."""
    if name not in NAMES:
        raise UnknownName("builtin text model", name, NAMES)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    embedder: TextEmbedder = module.embedder()
    return embedder
