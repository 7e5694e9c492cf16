"""Agreement of clusters with known families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.errors import UsageError
from clustering.contract import NOISE, Labels


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

    Raises UsageError when lengths differ or no row has a family.
    """
    if len(truth) != len(labels):
        raise UsageError(f"{len(truth)} families do not fit {len(labels)} labels")
    known = np.array([family is not None for family in truth], dtype=np.bool_)
    if not known.any():
        raise UsageError("no part has a known family to compare with")
    named = np.array([family for family in truth if family is not None])
    families = np.unique(named, return_inverse=True)[1]
    return _scores(families, np.asarray(labels)[known])


def _scores(families: NDArray[np.intp], clusters: Labels) -> ExtrinsicScores:
    from sklearn import metrics

    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(
        families, clusters
    )
    pairs = metrics.cluster.pair_confusion_matrix(families, clusters)
    (_, cluster_only), (family_only, both) = pairs.tolist()
    shared = metrics.cluster.contingency_matrix(families, clusters, sparse=True)
    return ExtrinsicScores(
        ari=float(metrics.adjusted_rand_score(families, clusters)),
        nmi=float(metrics.normalized_mutual_info_score(families, clusters)),
        fmi=float(metrics.fowlkes_mallows_score(families, clusters)),
        homogeneity=homogeneity,
        completeness=completeness,
        v_measure=v_measure,
        pairwise_precision=_share(both, both + cluster_only),
        pairwise_recall=_share(both, both + family_only),
        pairwise_f1=_share(2 * both, 2 * both + cluster_only + family_only),
        purity=int(shared.max(axis=0).sum()) / len(clusters),
        coverage=float(np.mean(clusters != NOISE)),
        n=len(clusters),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
