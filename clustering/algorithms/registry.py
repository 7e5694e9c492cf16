"""From an algorithm's name to the clusterer. Nothing heavy is imported before it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from catalog.errors import UnknownName
from clustering.algorithms.agglomerative import Agglomerative
from clustering.algorithms.base import Algorithm
from clustering.algorithms.dbscan import DBSCAN
from clustering.algorithms.gaussian import GaussianMixture
from clustering.algorithms.hdbscan import HDBSCAN
from clustering.algorithms.kmeans import KMeans
from clustering.algorithms.leiden import Leiden
from clustering.algorithms.minibatch import MiniBatchKMeans
from clustering.algorithms.spectral import Spectral


@dataclass(frozen=True, slots=True)
class AlgorithmEntry:
    """An algorithm: its class, whether it wants ``n_clusters``, whether it knows noise."""

    kind: type[Algorithm]
    takes_k: bool
    finds_noise: bool = False


ALGORITHMS: Mapping[str, AlgorithmEntry] = MappingProxyType(
    {
        "kmeans": AlgorithmEntry(KMeans, True),
        "minibatch": AlgorithmEntry(MiniBatchKMeans, True),
        "dbscan": AlgorithmEntry(DBSCAN, False, True),
        "hdbscan": AlgorithmEntry(HDBSCAN, False, True),
        "agglomerative": AlgorithmEntry(Agglomerative, True),
        "gaussian": AlgorithmEntry(GaussianMixture, True),
        "spectral": AlgorithmEntry(Spectral, True),
        "leiden": AlgorithmEntry(Leiden, False),
    }
)


def clusterer(
    name: str, params: Mapping[str, Any] | None = None, *, k: int | None = None, seed: int = 0
) -> Algorithm:
    """Return the clusterer of that name.

    ``k`` is the number of clusters where the algorithm takes one, ``seed`` its ``random_state``
    where chance plays a part; ``params`` win over both. Raises UnknownName; values are checked when
    it fits.
    """
    if name not in ALGORITHMS:
        raise UnknownName("algorithm", name, ALGORITHMS)
    estimator: Algorithm = ALGORITHMS[name].kind()
    defaults = estimator.get_params()
    for param in params or {}:
        if param not in defaults:
            raise UnknownName(f"parameter of {name}", param, defaults)
    general = {"n_clusters": k, "random_state": seed}
    fitting = {key: value for key, value in general.items() if value is not None}
    fitting = {key: value for key, value in fitting.items() if key in defaults}
    return estimator.set_params(**fitting | dict(params or {}))
