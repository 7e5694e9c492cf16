"""Labels counted from 0 without gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.contract import NOISE, Labels


def numbered(labels: Labels) -> Labels:
    """Return the labels counted from 0 without gaps, in their order; noise stays -1."""
    distinct, inverse = np.unique(labels, return_inverse=True)
    return (inverse - int(distinct[0] == NOISE)).astype(np.int32)


def in_order_of_rows(labels: NDArray[np.integer]) -> Labels:
    """Return the labels counted from 0 in the order in which the rows first show them."""
    _, first_rows, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first_rows), dtype=np.int32)
    rank[np.argsort(first_rows)] = np.arange(len(first_rows))
    return rank[inverse]
