"""From an algorithm's name to the clusterer. Nothing heavy is imported before it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from catalog.errors import UnknownName
from clustering.algorithms.base import Algorithm


@dataclass(frozen=True, slots=True)
class AlgorithmEntry:
    """An algorithm: where it is, whether it wants ``n_clusters``, whether it knows noise."""

    target: str
    takes_k: bool
    finds_noise: bool = False


ALGORITHMS: Mapping[str, AlgorithmEntry] = MappingProxyType(
    {
        "kmeans": AlgorithmEntry("clustering.algorithms.kmeans:KMeans", True),
        "minibatch": AlgorithmEntry("clustering.algorithms.minibatch:MiniBatchKMeans", True),
        "dbscan": AlgorithmEntry("clustering.algorithms.dbscan:DBSCAN", False, True),
        "hdbscan": AlgorithmEntry("clustering.algorithms.hdbscan:HDBSCAN", False, True),
        "agglomerative": AlgorithmEntry("clustering.algorithms.agglomerative:Agglomerative", True),
        "gaussian": AlgorithmEntry("clustering.algorithms.gaussian:GaussianMixture", True),
        "spectral": AlgorithmEntry("clustering.algorithms.spectral:Spectral", True),
        "leiden": AlgorithmEntry("clustering.algorithms.leiden:Leiden", False),
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
    module, kind = ALGORITHMS[name].target.split(":")
    made: Algorithm = getattr(import_module(module), kind)()
    known = made.get_params()
    for param in params or {}:
        if param not in known:
            raise UnknownName(f"parameter of {name}", param, known)
    general = {"n_clusters": k, "random_state": seed}
    given = {key: value for key, value in general.items() if value is not None and key in known}
    return made.set_params(**given | dict(params or {}))
