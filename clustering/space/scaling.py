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
    from sklearn.preprocessing import StandardScaler

    return np.asarray(StandardScaler().fit_transform(rows), dtype=np.float32)


def _robust(rows: FloatMatrix) -> FloatMatrix:
    from sklearn.preprocessing import RobustScaler

    return np.asarray(RobustScaler().fit_transform(rows), dtype=np.float32)


def _minmax(rows: FloatMatrix) -> FloatMatrix:
    from sklearn.preprocessing import MinMaxScaler

    return np.asarray(MinMaxScaler(clip=True).fit_transform(rows), dtype=np.float32)


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
