"""``builtin:NAME`` for names: embedders that need no weights and no network.

``bilingual`` is the default; ``tfidf`` and ``bag-of-words`` know no translation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.errors import UnknownName

if TYPE_CHECKING:
    from catalog.embedding.contract import TextEmbedder

NAMES = ("bag-of-words", "bilingual", "tfidf")


def create(name: str) -> TextEmbedder:
    """Return the embedder of that name, not fitted yet; raises UnknownName."""
    if name not in NAMES:
        raise UnknownName("builtin text model", name, NAMES)
    from catalog.embedding.builtin_names import bag_of_words, bilingual, tfidf

    modules = {"bag-of-words": bag_of_words, "bilingual": bilingual, "tfidf": tfidf}
    embedder: TextEmbedder = modules[name].embedder()
    return embedder
