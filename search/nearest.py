"""Exact nearest rows by blocks of products, with memory for two blocks whatever the sizes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from partscope.arrays import FloatMatrix

QUERY_BLOCK = 1024
TARGET_BLOCK = 8192

Rows = NDArray[np.int64]


def nearest_rows(
    queries: FloatMatrix, targets: FloatMatrix, k: int, own: Rows | None = None
) -> Iterator[tuple[slice, Rows]]:
    """Yield blocks of queries with the rows of their ``k`` nearest targets, best first.

    Both of shape (n, dim), unit rows; ``own`` is each query's own row in ``targets``, which it never
    finds. Equal products are ordered by row; the rows yielded have shape (block, <= k). Cost:
    len(queries) * len(targets) * dim.
    """
    for start in range(0, len(queries), QUERY_BLOCK):
        block = slice(start, min(start + QUERY_BLOCK, len(queries)))
        yield (
            block,
            _nearest(
                np.asarray(queries[block]), targets, k, own[block] if own is not None else None
            ),
        )


def _nearest(queries: FloatMatrix, targets: FloatMatrix, k: int, own: Rows | None) -> Rows:
    scores = np.empty((len(queries), 0), dtype=np.float32)
    rows = np.empty((len(queries), 0), dtype=np.int64)
    for start in range(0, len(targets), TARGET_BLOCK):
        products = queries @ np.asarray(targets[start : start + TARGET_BLOCK]).T
        if own is not None:
            _hide(products, own - start)
        numbers = np.broadcast_to(np.arange(start, start + products.shape[1]), products.shape)
        scores, rows = _best(np.hstack([scores, products]), np.hstack([rows, numbers]), k)
    found = np.isfinite(scores).all(axis=0) if len(scores) else np.empty(0, dtype=bool)
    return rows[:, found]


def _hide(products: FloatMatrix, own: Rows) -> None:
    inside = np.flatnonzero((own >= 0) & (own < products.shape[1]))
    products[inside, own[inside]] = -np.inf


def _best(scores: FloatMatrix, rows: Rows, k: int) -> tuple[FloatMatrix, Rows]:
    # The k best and all that tie with the last of them are sorted, so that ties go by row.
    if scores.shape[1] > k:
        last = -np.partition(-scores, k - 1, axis=1)[:, k - 1 : k]
        width = int((scores >= last).sum(axis=1).max())
        kept = np.argpartition(-scores, width - 1, axis=1)[:, :width]
        scores = np.take_along_axis(scores, kept, axis=1)
        rows = np.take_along_axis(rows, kept, axis=1)
    order = np.lexsort((rows, -scores), axis=1)[:, :k]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
