"""Topics of names: what kinds of words occur together (NMF or LDA)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, unit_rows
from catalog.names.words.tokens import tokens
from clustering.contract import Block

BUCKETS = 512
"""Columns that words are hashed to, so that parts read at different times share them."""
TOPICS = 30
_ROUNDS = 20


def hashed_words(names: Iterable[str]) -> FloatVector:
    """Return how often each word is in some names, in ``BUCKETS`` columns; zeros for no names.

    Sizes and codes are left out: the same size says nothing about the kind of part.
    """
    row = np.zeros(BUCKETS, dtype=np.float32)
    for name in names:
        for token in tokens(name):
            if token.isalpha():
                row[crc32(token.encode()) % BUCKETS] += 1
    return row


def topics(words: Block, name: str, method: str, seed: int = 0) -> Block:
    """Return the topics of parts from their hashed words, unit rows; a part without any is left out.

    ``method``: ``nmf`` (Lee and Seung, 1999; on words that count by their rarity) or ``lda`` (Blei,
    Ng, Jordan, 2003). 30 topics, or a fifth of the parts where those are fewer.
    """
    size = max(1, min(TOPICS, len(words.rows) // 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the last digits of convergence do not matter here
        weights = (
            _nmf(words.matrix, size, seed) if method == "nmf" else _lda(words.matrix, size, seed)
        )
    has_topic = weights.sum(axis=1) > 0
    return Block(name, words.rows[has_topic], unit_rows(weights[has_topic]))


def _nmf(matrix: FloatMatrix, size: int, seed: int) -> FloatMatrix:
    from sklearn.decomposition import NMF

    rarity = np.log((1 + len(matrix)) / (1 + (matrix > 0).sum(axis=0))) + 1
    model = NMF(size, init="nndsvda", max_iter=200, random_state=seed)
    return np.asarray(model.fit_transform(_sparse(matrix * rarity)), dtype=np.float32)


def _lda(matrix: FloatMatrix, size: int, seed: int) -> FloatMatrix:
    from sklearn.decomposition import LatentDirichletAllocation

    # rows have unit length: divided by their least entry they are counts again, or nearly so
    counts = matrix / np.where(matrix > 0, matrix, np.inf).min(axis=1, keepdims=True)
    model = LatentDirichletAllocation(size, max_iter=_ROUNDS, random_state=seed)
    return np.asarray(model.fit_transform(_sparse(counts)), dtype=np.float32)


def _sparse(matrix: NDArray[Any]) -> Any:
    from scipy.sparse import csr_array

    return csr_array(matrix.astype(np.float64))
