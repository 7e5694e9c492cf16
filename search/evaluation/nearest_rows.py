"""Exact nearest rows by blocks of products, with memory for two blocks whatever the sizes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix

QUERY_BLOCK = 1024
TARGET_BLOCK = 8192

Rows = NDArray[np.int64]


def nearest_rows(
    queries: FloatMatrix, targets: FloatMatrix, k: int, own_rows: Rows | None = None
) -> Iterator[tuple[slice, Rows]]:
    """Yield blocks of queries with the rows of their ``k`` nearest targets, best first.

    Both of shape (n, dim), unit rows; ``own_rows`` are the queries' own rows in ``targets``, which
    they never find. Equal products are ordered by row; the rows yielded have shape (block, <= k).
    Cost: len(queries) * len(targets) * dim.
    """
    for start in range(0, len(queries), QUERY_BLOCK):
        block = slice(start, min(start + QUERY_BLOCK, len(queries)))
        yield (
            block,
            _nearest(
                np.asarray(queries[block]),
                targets,
                k,
                own_rows[block] if own_rows is not None else None,
            ),
        )


def _nearest(queries: FloatMatrix, targets: FloatMatrix, k: int, own_rows: Rows | None) -> Rows:
    scores = np.empty((len(queries), 0), dtype=np.float32)
    rows = np.empty((len(queries), 0), dtype=np.int64)
    for start in range(0, len(targets), TARGET_BLOCK):
        products = queries @ np.asarray(targets[start : start + TARGET_BLOCK]).T
        if own_rows is not None:
            _hide(products, own_rows - start)
        numbers = np.broadcast_to(np.arange(start, start + products.shape[1]), products.shape)
        scores, rows = _best(np.hstack([scores, products]), np.hstack([rows, numbers]), k)
    is_filled = np.isfinite(scores).all(axis=0) if len(scores) else np.empty(0, dtype=bool)
    return rows[:, is_filled]


def _hide(products: FloatMatrix, own_rows: Rows) -> None:
    inside = np.flatnonzero((own_rows >= 0) & (own_rows < products.shape[1]))
    products[inside, own_rows[inside]] = -np.inf


def _best(scores: FloatMatrix, rows: Rows, k: int) -> tuple[FloatMatrix, Rows]:
    # The k best and all that tie with the last of them are sorted, so that ties go by row.
    if scores.shape[1] > k:
        last = -np.partition(-scores, k - 1, axis=1)[:, k - 1 : k]
        width = int((scores >= last).sum(axis=1).max())
        top = np.argpartition(-scores, width - 1, axis=1)[:, :width]
        scores = np.take_along_axis(scores, top, axis=1)
        rows = np.take_along_axis(rows, top, axis=1)
    order = np.lexsort((rows, -scores), axis=1)[:, :k]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
