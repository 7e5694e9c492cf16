"""Bring the combined space down to fewer dimensions: ``pca:50``, ``pca:0.9``, ``svd:50``, ``umap:10``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra, UnknownName, UsageError
from clustering.space.pca import fit_pca

AUTO = "pca:64"


@dataclass(frozen=True, slots=True)
class Reduction:
    """``kind`` and its size: a number of dimensions, or for PCA a share of the variance below 1."""

    kind: str
    size: float

    @classmethod
    def parse(cls, text: str) -> Reduction:
        """Read ``kind`` or ``kind:size``; ``auto`` is ``pca:64``. Raises UnknownName, UsageError."""
        kind, _, size = (AUTO if text == "auto" else text).partition(":")
        if kind not in REDUCERS:
            raise UnknownName("reduction", text, ("auto", *REDUCERS))
        try:
            value = float(size or REDUCERS[kind].size)
        except ValueError:
            value = -1.0
        if value <= 0 or (value < 1 and kind != "pca") or (value > 1 and value != int(value)):
            raise UsageError(
                f"a reduction is like pca:50, pca:0.9, svd:50, umap:10 or tsne:2; got {text!r}"
            )
        return cls(kind, value)

    @property
    def text(self) -> str:
        """The form that ``parse`` reads."""
        return self.kind if self.kind == "none" else f"{self.kind}:{self.size:g}"


def reduced(rows: FloatMatrix, reduction: Reduction, seed: int = 0) -> FloatMatrix:
    """Return the rows (n, dim) in fewer dimensions, float32; as they are where that is no fewer.

    ``pca`` takes memory O(dim^2), ``svd`` (truncated, not centred) too; ``umap`` needs the extra
    ``clustering``, ``tsne`` is for maps of some thousand rows.
    """
    if len(rows) < 3 or not np.ptp(rows, axis=0).any():
        return rows
    return REDUCERS[reduction.kind].reduce(rows, reduction.size, seed)


def _pca(rows: FloatMatrix, size: float, seed: int) -> FloatMatrix:  # noqa: ARG001
    pca = fit_pca(rows, share=size) if size < 1 else fit_pca(rows, size=int(size))
    return pca.transform(rows)


def _svd(rows: FloatMatrix, size: float, seed: int) -> FloatMatrix:
    from sklearn.decomposition import TruncatedSVD

    components = min(int(size), rows.shape[1], len(rows) - 1)
    reduced = TruncatedSVD(components, random_state=seed).fit_transform(rows)
    return np.asarray(reduced, dtype=np.float32)


def _umap(rows: FloatMatrix, size: float, seed: int) -> FloatMatrix:
    with warnings.catch_warnings():
        # umap warns when TensorFlow is absent, and that a seed means one thread
        warnings.simplefilter("ignore")
        try:
            import umap
        except ImportError:
            raise MissingExtra("the reduction umap", "clustering") from None
        reducer = umap.UMAP(
            n_components=min(int(size), len(rows) - 2),
            n_neighbors=min(15, len(rows) - 1),
            min_dist=0.0,
            random_state=seed,
        )
        return np.asarray(reducer.fit_transform(rows), dtype=np.float32)


def _tsne(rows: FloatMatrix, size: float, seed: int) -> FloatMatrix:
    from sklearn.manifold import TSNE

    if size not in (2, 3):
        raise UsageError(f"the reduction tsne is for maps of 2 or 3 dimensions; got {size:g}")
    perplexity = min(30.0, (len(rows) - 1) / 3)
    reducer = TSNE(int(size), perplexity=perplexity, init="pca", random_state=seed)
    return np.asarray(reducer.fit_transform(rows), dtype=np.float32)


_Reduce: TypeAlias = Callable[[FloatMatrix, float, int], FloatMatrix]


@dataclass(frozen=True, slots=True)
class _Reducer:
    size: float
    reduce: _Reduce


REDUCERS: Mapping[str, _Reducer] = MappingProxyType(
    {
        "none": _Reducer(1, lambda rows, _, __: rows),
        "pca": _Reducer(64, _pca),
        "svd": _Reducer(64, _svd),
        "umap": _Reducer(10, _umap),
        "tsne": _Reducer(2, _tsne),
    }
)
"""Each reduction with its size where none is given."""
