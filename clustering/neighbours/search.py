"""The nearest rows of every row, exactly or among the nearest cells only (an inverted file)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.neighbours.by_cells import nearest_by_cells
from clustering.neighbours.by_faiss import nearest_by_faiss
from clustering.neighbours.by_torch import nearest_by_torch
from clustering.numerics.checks import check_choice, check_whole
from clustering.numerics.devices import has_gpu
from clustering.numerics.threads import one_blas_thread

Indices: TypeAlias = NDArray[np.intp]
_GPU_ROWS = 20_000
_BLOCK = 262_144


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``indices`` (n, k) of the nearest other rows, nearest first, and their Euclidean distances."""

    indices: NDArray[np.intp]
    distances: NDArray[np.float32]


def nearest(
    rows: FloatMatrix,
    k: int,
    *,
    engine: str = "auto",
    probes: int | None = None,
    device: str = "auto",
) -> Neighbours:
    """Return the ``k`` nearest other rows of each row, or n - 1 where there are fewer.

    ``rows`` float32 (n, dim). ``engine``: ``cells`` (numpy, leaves out what cannot be near),
    ``faiss`` (extra ``clustering``), ``torch`` (on ``device``); ``auto`` is ``torch`` for 20,000 rows
    or more where there is a GPU, else ``cells``. All are exact but for ties; with ``probes`` the
    engine ``cells`` looks only into so many of the nearest cells (of some 256 rows) and may miss a
    few. Memory beyond the result is constant. For unit rows the cosine is 1 - distance^2 / 2.
    """
    check_whole("k", k, 1)
    check_choice("engine", engine, ("auto", *_ENGINES))
    if engine == "auto":
        engine = "torch" if len(rows) >= _GPU_ROWS and has_gpu() else "cells"
    count = min(k, len(rows) - 1)
    if count < 1:
        return Neighbours(np.empty((len(rows), 0), np.intp), np.empty((len(rows), 0), np.float32))
    with one_blas_thread():
        raw_indices = _ENGINES[engine](rows, count, probes, device)
    indices = raw_indices if raw_indices.shape[1] == count else _without_self(raw_indices)
    distances = _distances(rows, indices)
    order = np.argsort(distances, axis=1, kind="stable")
    return Neighbours(
        np.take_along_axis(indices, order, axis=1), np.take_along_axis(distances, order, axis=1)
    )


def _without_self(indices: Indices) -> Indices:
    """Drop each row from its own neighbours, the last where copies of it crowded it out."""
    is_self = indices == np.arange(len(indices))[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    neighbours: Indices = indices[~is_self].reshape(len(indices), -1)
    return neighbours


def _distances(rows: FloatMatrix, indices: Indices) -> NDArray[np.float32]:
    """Compute the distances from differences: products lose digits for rows that are close."""
    squares = np.empty(indices.shape, dtype=np.float32)
    step = max(1, _BLOCK // rows.shape[1])
    for start in range(0, len(rows), step):
        block = slice(start, start + step)
        for rank in range(indices.shape[1]):
            difference = rows[block] - rows[indices[block, rank]]
            squares[block, rank] = np.einsum("ij,ij->i", difference, difference)
    return np.sqrt(squares)


_Engine: TypeAlias = Callable[[FloatMatrix, int, int | None, str], Indices]
_ENGINES: Mapping[str, _Engine] = MappingProxyType(
    {
        "cells": lambda rows, k, probes, _: nearest_by_cells(rows, k, probes=probes),
        "faiss": lambda rows, k, _, __: nearest_by_faiss(rows, k + 1),
        "torch": lambda rows, k, _, device: nearest_by_torch(rows, k + 1, device),
    }
)
