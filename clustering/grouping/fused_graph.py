"""One neighbour graph of several features: two parts are as near as the features that both have say.

Each feature gives affinities of its own, and those of a pair are averaged over the features that
both parts have. So a part without an image is near to what its name is near to, as strongly as
others are, and nothing needs to be made up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.contract import Block
from clustering.neighbours import nearest

SCALES = (30, 50, 80)
"""Neighbours a part; the graphs of all scales are added, so that no single one decides."""
_SHARES = (1.0, 1.6, 2.6)
"""Of the square root of the number of parts: what the scales are at most."""
_HALVINGS = 40


def fused_graph(blocks: Sequence[Block], count: int, weights: Mapping[str, float]) -> Any:
    """Return the symmetric affinities of ``count`` parts, a csr_array (count, count), diagonal empty.

    ``blocks`` have rows of unit length, ``weights`` are by block name (1 where not given). A pair's
    weight is the weighted mean over the blocks that both have. Memory O(count * 80 * blocks).
    """
    from scipy.sparse import csr_array

    total = csr_array((count, count), dtype=np.float64)
    for block in blocks:
        total = total + weights.get(block.name, 1.0) * _spread(
            affinities(block.matrix), block, count
        )
    entries = total.tocoo()
    shared = np.zeros(entries.nnz)
    for block in blocks:
        has = np.zeros(count)
        has[block.rows] = 1
        left, right = entries.coords
        shared += weights.get(block.name, 1.0) * has[left] * has[right]
    entries.data = entries.data / shared
    return csr_array(entries)


def affinities(rows: FloatMatrix) -> Any:
    """Return the affinities of rows, symmetric csr_array (n, n), averaged over ``SCALES``.

    Of one scale m, they are UMAP's fuzzy memberships (McInnes, Healy, Melville, 2018): 1 for the
    nearest, falling so that a row's m neighbours weigh log2(m) together, joined over both directions.
    """
    from scipy.sparse import csr_array

    n = len(rows)
    scales = scales_of(n)
    if not scales:
        return csr_array((n, n), dtype=np.float64)
    neighbours = nearest(rows, scales[-1])
    total = csr_array((n, n), dtype=np.float64)
    for scale in scales:
        width = min(scale, neighbours.indices.shape[1])
        weights = _memberships(neighbours.distances[:, :width].astype(np.float64))
        starts = np.arange(0, n * width + 1, width)
        memberships = csr_array(
            (weights.ravel(), neighbours.indices[:, :width].ravel(), starts), shape=(n, n)
        )
        total = total + (memberships + memberships.T - memberships * memberships.T) / np.log2(
            max(scale, 2)
        )
    return csr_array(total / len(scales))


def scales_of(count: int) -> tuple[int, ...]:
    """Return the numbers of neighbours for so many parts, ascending; none for fewer than two parts."""
    most = [min(count - 1, max(2, round(share * count**0.5))) for share in _SHARES]
    return tuple(sorted({min(pair) for pair in zip(SCALES, most, strict=True)} - {0, -1}))


def _memberships(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    beyond = distances - distances[:, :1]
    target = np.log2(max(distances.shape[1], 2))
    low, high = np.zeros(len(distances)), np.full(len(distances), 10.0)
    for _ in range(_HALVINGS):
        width = (low + high) / 2
        heavy = np.exp(-beyond / width[:, None]).sum(axis=1) > target
        high, low = np.where(heavy, width, high), np.where(heavy, low, width)
    return np.asarray(np.exp(-beyond / width[:, None]))


def _spread(graph: Any, block: Block, count: int) -> Any:
    from scipy.sparse import coo_array

    entries = graph.tocoo()
    left, right = entries.coords
    places = (block.rows[left], block.rows[right])
    return coo_array((entries.data, places), shape=(count, count)).tocsr()
