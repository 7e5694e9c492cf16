"""Choose algorithm and number of clusters without labels: what separates best in the fused graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.arrays import FloatMatrix
from clustering.algorithms.kmeans import KMeans
from clustering.choosing.resolution import communities_of, ladder
from clustering.choosing.separation import GraphSeparation, Separation
from clustering.contract import ComparedGrouping, Labels

ALGORITHMS = ("leiden", "spectral", "kmeans")
"""What is compared; of equals, the first wins."""
_SETTLED = 2
_WAYS = {
    "leiden": "communities of the fused neighbour graph",
    "spectral": "k-means on the fused graph's eigenvectors",
    "kmeans": "k-means on the reduced vectors",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One grouping that was compared; ``params`` are what it was made with."""

    algorithm: str
    labels: Labels
    params: Mapping[str, Any]
    separation: Separation

    @property
    def k(self) -> int:
        """The number of clusters."""
        return int(self.labels.max()) + 1

    def compared(self) -> ComparedGrouping:
        """Return it as a row of the table of what was compared."""
        return ComparedGrouping(
            self.algorithm,
            self.k,
            self.params,
            modularity=self.separation.modularity,
            graph_silhouette=self.separation.silhouette,
            score=self.separation.score,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate, all of them, and sentences that say why."""

    best: Candidate
    candidates: Sequence[Candidate]
    reasons: tuple[str, ...]


class Chooser:
    """Compares groupings of one graph and space of the same rows; ``(low, high)`` bound k."""

    def __init__(self, graph: Any, space: FloatMatrix, bounds: tuple[int, int], seed: int) -> None:
        self._graph, self._space, self._seed = graph, space, seed
        self._low, self._high = bounds
        self._measure = GraphSeparation(graph, self._high, seed)
        self._ways: Mapping[str, Callable[[int], Candidate]] = {
            "leiden": self._leiden,
            "spectral": lambda k: self._kmeans("spectral", self._measure.embedding(k), k),
            "kmeans": lambda k: self._kmeans("kmeans", self._space, k),
        }

    def choose(self, algorithms: Sequence[str] = ALGORITHMS) -> Choice:
        """Return the best grouping: k by the score of Leiden groupings, then, of the ``algorithms``
        with that k, the one with the highest modularity (the silhouette would favour spectral, whose
        space it is measured in).
        """
        scouted = list(self._scouted())
        k = max(scouted, key=lambda candidate: candidate.separation.score).k
        final = [self._ways[name](k) for name in algorithms]
        best = max(final, key=lambda candidate: candidate.separation.modularity)
        return Choice(best, [*scouted, *final], self._reasons(best, scouted, final))

    def _scouted(self) -> list[Candidate]:
        if self._low == self._high:
            return [self._leiden(self._low)]
        rungs = ladder(self._graph, self._low, self._high, self._seed)
        candidates = [
            self._measured("leiden", rung.labels, resolution=rung.resolution) for rung in rungs
        ]
        ranked = sorted(candidates, key=lambda candidate: -candidate.separation.score)
        return [*candidates, *(self._leiden(candidate.k) for candidate in ranked[:_SETTLED])]

    def _leiden(self, k: int) -> Candidate:
        community = communities_of(self._graph, k, self._seed)
        return self._measured("leiden", community.labels, resolution=community.resolution)

    def _kmeans(self, name: str, rows: FloatMatrix, k: int) -> Candidate:
        return self._measured(name, KMeans(k, random_state=self._seed).fit_predict(rows))

    def _measured(self, name: str, labels: Labels, **params: float) -> Candidate:
        return Candidate(name, labels, params, self._measure.of(labels))

    def _reasons(
        self, best: Candidate, scouted: Sequence[Candidate], final: Sequence[Candidate]
    ) -> tuple[str, ...]:
        separation = best.separation
        compared = ", ".join(
            f"{candidate.algorithm} {candidate.separation.modularity:.3f}" for candidate in final
        )
        how = f"{best.algorithm} ({_WAYS[best.algorithm]}): modularity at k = {best.k}: {compared}"
        if self._low == self._high:
            return (how,)
        ks = sorted({candidate.k for candidate in scouted})
        number = (
            f"k = {best.k}: of {len(ks)} numbers from {ks[0]} to {ks[-1]} it separates best "
            f"(modularity {separation.modularity:.3f} x root of graph silhouette {separation.silhouette:.3f} "
            f"= {separation.score:.3f})"
        )
        return number, how
