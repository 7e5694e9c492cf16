"""The query side of names: cleaned as stored names were, then embedded."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.arrays import FloatMatrix
from catalog.embedding.contract import TextEmbedder
from catalog.names.language import guess_language
from catalog.names.normalise import clean_name


def embed_names(embedder: TextEmbedder, names: Sequence[str]) -> FloatMatrix:
    """Return the vectors of names that are asked by, of either language. Shape (n, dim).

    Unit rows; a row of zeros where a name holds nothing to embed.
    """
    return embedder.embed_queries(
        [clean_name(name, guess_language(name) or "en") for name in names]
    )
