"""Agreement of clusters with known families, all from one contingency table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.contract import Labels
from clustering.scores.contingency import Contingency


@dataclass(frozen=True, slots=True)
class ExtrinsicScores:
    """Agreement with families; noise is a group like any other.

    ``ari`` is at most 1 and 0 for chance; the others are 0..1. ``pairwise`` scores are of pairs of
    rows in one cluster against pairs in one family. ``coverage`` is the share of the ``n`` rows with
    a known family that are not noise.
    """

    ari: float
    nmi: float
    fmi: float
    homogeneity: float
    completeness: float
    v_measure: float
    pairwise_precision: float
    pairwise_recall: float
    pairwise_f1: float
    purity: float
    coverage: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Return the scores by name."""
        return asdict(self)


def extrinsic_scores(truth: Sequence[str | None], labels: Labels) -> ExtrinsicScores:
    """Compare labels (n,) with families; rows without one are left out. O(n log n).

    Raises UsageError when no row has a family.
    """
    return scores_of(Contingency.of(truth, labels))


def scores_of(table: Contingency) -> ExtrinsicScores:
    """Return the scores of a contingency table."""
    both = _pairs(table.shared)
    in_family, in_cluster = _pairs(table.family_sizes), _pairs(table.cluster_sizes)
    precision, recall = _share(both, in_cluster), _share(both, in_family)
    homogeneity, completeness, nmi = _information(table)
    best = np.zeros(len(table.clusters), dtype=np.int64)
    np.maximum.at(best, table.cluster, table.shared)
    return ExtrinsicScores(
        ari=_adjusted(both, in_family, in_cluster, table.n),
        nmi=nmi,
        fmi=float(np.sqrt(precision * recall)),
        homogeneity=homogeneity,
        completeness=completeness,
        v_measure=_harmonic(homogeneity, completeness),
        pairwise_precision=precision,
        pairwise_recall=recall,
        pairwise_f1=_harmonic(precision, recall),
        purity=int(best.sum()) / table.n,
        coverage=table.coverage,
        n=table.n,
    )


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _adjusted(both: int, in_family: int, in_cluster: int, n: int) -> float:
    """Adjusted Rand index (Hubert and Arabie, 1985) from pairs of rows."""
    total = n * (n - 1) // 2
    if in_family == in_cluster == both:
        return 1.0
    expected = in_family * in_cluster / total
    return (both - expected) / ((in_family + in_cluster) / 2 - expected)


def _information(table: Contingency) -> tuple[float, float, float]:
    """Return homogeneity, completeness (Rosenberg and Hirschberg, 2007) and NMI, arithmetic mean."""
    families, clusters, n = table.family_sizes, table.cluster_sizes, table.n
    shares = table.shared / n
    outer = families[table.family].astype(np.float64) * clusters[table.cluster]
    mutual = max(0.0, float((shares * (np.log(table.shared * float(n)) - np.log(outer))).sum()))
    of_family, of_cluster = _entropy(families, n), _entropy(clusters, n)
    homogeneity = mutual / of_family if of_family else 1.0
    completeness = mutual / of_cluster if of_cluster else 1.0
    mean = (of_family + of_cluster) / 2
    return homogeneity, completeness, mutual / mean if mean else 1.0


def _entropy(sizes: NDArray[np.int64], n: int) -> float:
    if len(sizes) == 1:
        return 0.0
    shares = sizes / n
    return float(-(shares * np.log(shares)).sum())
