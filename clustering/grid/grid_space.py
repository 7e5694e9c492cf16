"""One space of a grid, and what its cells share: k-means of all k, one graph, its eigenvectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows
from clustering.algorithms.kmeans import KMeans
from clustering.algorithms.leiden import communities
from clustering.algorithms.registry import clusterer
from clustering.algorithms.spectral import spectral_embedding
from clustering.choosing.radius import choose_radius
from clustering.contract import Block, Features, Labels
from clustering.grid.grid_cells import Cell, varied_parameter
from clustering.grouping.by_graph import linked
from clustering.grouping.fused_graph import fused_graph
from clustering.kmeans.grid_of_k import KMeansFit, kmeans_grid
from clustering.kmeans.nearest_centre import assign
from clustering.neighbours import nearest
from clustering.neighbours.graph import self_tuning_graph, shared_neighbour_graph
from clustering.numerics.checks import check_clusters
from clustering.space.features import feature_blocks
from clustering.space.joint_space import joint_space, present_rows
from clustering.space.pca import Pca, fit_pca
from clustering.space.prepared_features import GRAPH
from clustering.space.reduction import AUTO, Reduction, reduced
from clustering.space.scaling import scaled

_LEIDEN_NEIGHBOURS = 15
_SPECTRAL_NEIGHBOURS = 10


class ScaledFeatures:
    """The features of one or more cells, scaled and put together; one PCA for all its sizes.

    ``rows`` are the parts that have any of them; everything else is of these parts.
    """

    def __init__(
        self,
        features: Features,
        names: Sequence[str],
        scaling: str,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.weights = weights or {}
        blocks = [scaled(block, scaling) for block in feature_blocks(features, names)]
        self.rows = present_rows(blocks)
        self.blocks = [
            Block(block.name, np.searchsorted(self.rows, block.rows), block.matrix)
            for block in blocks
        ]
        self.combined = joint_space(self.blocks, len(self.rows), self.weights)

    def reduced(self, text: str, seed: int) -> FloatMatrix:
        """Return the combined space by a reduction; of the graph, the space it is shown in."""
        reduction = Reduction.parse(AUTO if text == GRAPH else text)
        if reduction.kind != "pca":
            return reduced(self.combined, reduction, seed)
        size = int(reduction.size)
        if reduction.size < 1:
            size = 1 + int(np.searchsorted(np.cumsum(self._pca.shares), reduction.size - 1e-9))
        return np.ascontiguousarray(self._components[:, :size])

    @cached_property
    def _pca(self) -> Pca:
        return fit_pca(self.combined)

    @cached_property
    def _components(self) -> FloatMatrix:
        return self._pca.transform(self.combined)


class GridSpace:
    """Labels of cells that share a space; ``cells`` are those that will be asked for."""

    def __init__(self, scaled_features: ScaledFeatures, cells: Sequence[Cell], seed: int) -> None:
        self._features, self._cells, self._seed = scaled_features, cells, seed
        self._on_graph = cells[0].reduction == GRAPH
        self.space = scaled_features.reduced(cells[0].reduction, seed)
        self._ways: Mapping[str, Callable[[Mapping[str, Any]], Labels]] = {
            "kmeans": self._kmeans,
            "leiden": self._leiden,
            "spectral": self._spectral,
            "dbscan": self._dbscan,
        }

    def labels(self, cell: Cell) -> Labels:
        """Return the labels of one cell, shape (len(rows),)."""
        if "n_clusters" in cell.params:
            check_clusters(cell.params["n_clusters"], len(self.space))
        if self._is_shared(cell):
            return self._ways[cell.algorithm](cell.params)
        estimator = clusterer(cell.algorithm, cell.params, seed=self._seed)
        return estimator.fit_predict(self.space)

    def _is_shared(self, cell: Cell) -> bool:
        """Say whether the cell's work is done with that of others: with nothing but what varies."""
        if cell.algorithm == "dbscan":
            return "eps" not in cell.params
        return cell.algorithm in self._ways and set(cell.params) == {
            varied_parameter(cell.algorithm)
        }

    def _numbers(self, algorithm: str) -> list[int]:
        numbers = {cell.params["n_clusters"] for cell in self._cells if cell.algorithm == algorithm}
        return sorted(k for k in numbers if k <= len(self.space))

    @cached_property
    def _fits(self) -> Mapping[int, KMeansFit]:
        return kmeans_grid(self.space, self._numbers("kmeans"), seed=self._seed)

    def _kmeans(self, params: Mapping[str, Any]) -> Labels:
        return assign(self.space, self._fits[params["n_clusters"]].centres)[0]

    @cached_property
    def _fused(self) -> Any:
        features = self._features
        graph = fused_graph(features.blocks, len(self.space), features.weights)
        return linked(graph, self.space)

    @cached_property
    def _shared(self) -> Any:
        return shared_neighbour_graph(nearest(self.space, _LEIDEN_NEIGHBOURS).indices)

    def _leiden(self, params: Mapping[str, Any]) -> Labels:
        graph = self._fused if self._on_graph else self._shared
        return communities(graph, params["resolution"], self._seed)

    @cached_property
    def _vectors(self) -> FloatMatrix:
        graph = self._fused
        if not self._on_graph:
            graph = self_tuning_graph(self.space, nearest(self.space, _SPECTRAL_NEIGHBOURS))
        return spectral_embedding(graph, self._numbers("spectral")[-1], self._seed)

    def _spectral(self, params: Mapping[str, Any]) -> Labels:
        k = params["n_clusters"]
        return KMeans(k, random_state=self._seed).fit_predict(unit_rows(self._vectors[:, -k:]))

    def _dbscan(self, params: Mapping[str, Any]) -> Labels:
        eps, _ = choose_radius(self.space, params["min_samples"], self._seed)
        return clusterer("dbscan", {**params, "eps": eps}).fit_predict(self.space)
