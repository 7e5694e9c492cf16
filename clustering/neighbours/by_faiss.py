"""Nearest rows by faiss's exact index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra

_BATCH = 1024


def nearest_by_faiss(rows: FloatMatrix, k: int) -> NDArray[np.intp]:
    """Return the ``k`` nearest rows of each row, itself among them; shape (n, k), needs k <= n."""
    try:
        import faiss
    except ImportError:
        raise MissingExtra("the engine faiss", "clustering") from None
    shifted = np.ascontiguousarray(rows - rows.mean(axis=0), dtype=np.float32)
    index = faiss.IndexFlatL2(rows.shape[1])
    index.add(shifted)
    batches = [index.search(shifted[at : at + _BATCH], k)[1] for at in range(0, len(rows), _BATCH)]
    return np.concatenate(batches).astype(np.intp)
