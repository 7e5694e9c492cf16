"""``builtin:bag-of-words``: which words a name holds, all alike; learns nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.embedding.batching import embed_distinct
from catalog.embedding.builtin_names.features import (
    LICENCE,
    count_units,
    sketch,
    tokeniser_fingerprint,
    unit_keys,
)
from catalog.embedding.contract import EmbedderDescription

_VERSION = 1
DIM = 512
_BATCH = 1024


def embedder() -> BagOfWords:
    """Return the embedder."""
    return BagOfWords()


class BagOfWords:
    """Weighted counts of tokens and pairs of words, sketched to a fixed dim."""

    @property
    def description(self) -> EmbedderDescription:
        """The embedder's identity."""
        return EmbedderDescription(
            name="builtin:bag-of-words",
            modality="text",
            dim=DIM,
            licence=LICENCE,
            fingerprint=f"{_VERSION}-{tokeniser_fingerprint()}",
            batch_size=_BATCH,
        )

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names, unit rows, shape (n, dim)."""
        return embed_distinct(batch, _rows, DIM)

    embed_queries = embed_documents


def _rows(names: list[str]) -> FloatMatrix:
    counts = count_units(names)
    rows = np.arange(len(counts.units))
    ones = np.ones(len(rows), dtype=np.float32)
    words = sketch(rows, unit_keys(counts.units), ones, (len(rows), DIM))
    return np.asarray((counts.matrix @ words).toarray(), dtype=np.float32)
