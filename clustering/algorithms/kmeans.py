"""k-means with four engines to one contract."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.arrays import FloatMatrix
from clustering.algorithms.base import Algorithm
from clustering.algorithms.centred import Centred
from clustering.contract import Labels
from clustering.kmeans.engines import ENGINES, KMeansTask, chosen_engine
from clustering.numerics.checks import check_choice, check_clusters, check_whole


@dataclass(eq=False)
class KMeans(Centred, Algorithm):
    """k-means: each row belongs to the nearest of ``n_clusters`` centres.

    ``engine``: ``sklearn``; ``blocked`` (fits a sample from ``n_init`` starts, then sweeps all rows in
    products of constant memory); ``faiss`` (extra ``clustering``; fast, about 1.5 % more inertia);
    ``torch`` (``device`` auto, cpu, cuda, ...); ``auto`` is ``sklearn`` up to 50,000 rows, beyond
    that ``torch`` where there is a GPU, else ``blocked``. Where rows coincide there may be fewer
    clusters than asked for. Cost: O(n k dim) a sweep.
    """

    n_clusters: int = 8
    engine: str = "auto"
    n_init: int = 5
    max_iter: int = 100
    device: str = "auto"
    random_state: int = 0

    def _check(self, n: int) -> None:
        check_clusters(self.n_clusters, n)
        check_choice("engine", self.engine, ("auto", *ENGINES))
        check_whole("n_init", self.n_init, 1)
        check_whole("max_iter", self.max_iter, 1)

    def _fit(self, rows: FloatMatrix) -> Labels:
        task = KMeansTask(
            self.n_clusters, self.n_init, self.max_iter, self.random_state, self.device
        )
        return self._settle(rows, ENGINES[chosen_engine(self.engine, len(rows))](rows, task))
