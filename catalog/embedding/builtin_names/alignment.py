"""Which English tokens a German token means, learnt from pairs of names.

IBM model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation"), in which each
token of one side is caused by one token of the other side, or by none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

_ROUNDS = 8
_LEAST = 0.01
"""Rarer translations are noise."""

TokenPair = tuple[Sequence[int], Sequence[int]]
"""Numbers of the German tokens and of the English tokens of one pair."""


def align(pairs: Sequence[TokenPair], tokens: int) -> sp.csr_matrix:
    """Return p(English token | German token), shape (tokens, tokens), rows of sum 1 or empty.

    Rows and columns are numbers below ``tokens``. Cost: linear in the links, sum of
    len(German) * len(English) over the pairs.
    """
    source, target, position = _links(pairs, nothing=tokens)
    if not len(source):
        return sp.csr_matrix((tokens, tokens), dtype=np.float32)
    key = source * (tokens + 1) + target
    unique, entry = np.unique(key, return_inverse=True)
    sources = unique // (tokens + 1)
    chance = _normalised(np.ones(len(unique)), sources)
    for _ in range(_ROUNDS):
        share = chance[entry]
        share = share / np.bincount(position, share)[position]
        chance = _normalised(
            np.bincount(entry, share, minlength=len(unique)).astype(np.float64), sources
        )
    is_likely = (chance > _LEAST) & (sources < tokens)
    rows, columns = sources[is_likely], unique[is_likely] % (tokens + 1)
    return sp.csr_matrix(
        (_normalised(chance[is_likely], rows).astype(np.float32), (rows, columns)),
        shape=(tokens, tokens),
    )


def _links(
    pairs: Sequence[TokenPair], nothing: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return source, target and the place of the target for every possible cause of a target."""
    source: list[int] = []
    target: list[int] = []
    position: list[int] = []
    place = 0
    for german, english in pairs:
        causes = [*german, nothing]
        for word in english:
            source += causes
            target += [word] * len(causes)
            position += [place] * len(causes)
            place += 1
    as_array = [np.array(values, dtype=np.int64) for values in (source, target, position)]
    return as_array[0], as_array[1], as_array[2]


def _normalised(chance: NDArray[np.float64], sources: NDArray[np.int64]) -> NDArray[np.float64]:
    return chance / np.bincount(sources, chance)[sources]
