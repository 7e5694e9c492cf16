"""Bring the columns of a block to comparable size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows
from catalog.errors import UnknownName
from clustering.contract import Block
from clustering.space.pca import fit_pca

WHITENED_SIZE = 200
WHITENING = 0.25
"""Components are divided by their standard deviation to this power: 0 is PCA, 1 full whitening."""
Scaler: TypeAlias = Callable[[FloatMatrix], FloatMatrix]


def scaled(block: Block, scaling: str) -> Block:
    """Return the block with its rows scaled; ``auto`` is ``whiten``. Raises UnknownName.

    ``none``; ``unit`` length of rows; by column ``standard`` (mean 0, deviation 1), ``robust`` (median
    0, quartiles 1 apart), ``minmax`` (0 to 1); ``whiten``: at most 200 principal components, each
    divided by the fourth root of its deviation, and rows of unit length, so that a few strong
    directions (lighting, background) do not decide alone.
    """
    name = "whiten" if scaling == "auto" else scaling
    if name not in SCALERS:
        raise UnknownName("scaling", scaling, ("auto", *SCALERS))
    return replace(block, matrix=SCALERS[name](block.matrix))


def _standard(rows: FloatMatrix) -> FloatMatrix:
    return _divided(rows - rows.mean(axis=0), rows.std(axis=0))


def _robust(rows: FloatMatrix) -> FloatMatrix:
    low, middle, high = np.percentile(rows, (25, 50, 75), axis=0).astype(np.float32)
    return _divided(rows - middle, high - low)


def _minmax(rows: FloatMatrix) -> FloatMatrix:
    low = rows.min(axis=0)
    return _divided(rows - low, rows.max(axis=0) - low)


def _divided(rows: FloatMatrix, by: FloatMatrix) -> FloatMatrix:
    return np.asarray(rows / np.where(by > 0, by, 1), dtype=np.float32)


def _whitened(rows: FloatMatrix) -> FloatMatrix:
    pca = fit_pca(rows, size=WHITENED_SIZE)
    if not pca.shares.any():
        return np.zeros((len(rows), 1), dtype=np.float32)
    components = pca.transform(rows)
    components /= np.power(np.maximum(pca.shares, 1e-9), WHITENING / 2).astype(np.float32)
    return unit_rows(components)


SCALERS: Mapping[str, Scaler] = MappingProxyType(
    {
        "whiten": _whitened,
        "none": lambda rows: rows,
        "unit": unit_rows,
        "standard": _standard,
        "robust": _robust,
        "minmax": _minmax,
    }
)
