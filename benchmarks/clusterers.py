"""What our own clusterers cost next to scikit-learn, faiss and hdbscan, on the same data.

One part a question: ``grid`` (k-means for k = 2..40), ``dbscan``, ``hdbscan``, ``pca``, ``neighbours``,
``scores``. Every side runs in a process of its own, on one thread; seconds are CPU time, memory is the
peak of the process and what of it the call added. Run as ``python -m benchmarks.clusterers grid`` with
OMP_NUM_THREADS=1; ``--n`` scales down, ``--only NAME`` leaves sides out. The part ``hdbscan`` needs
``pip install hdbscan``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from catalog.arrays import FloatMatrix

SIZES = {
    "grid": (416_314, 64),
    "dbscan": (100_000, 32),
    "hdbscan": (100_000, 16),
    "pca": (416_314, 512),
    "neighbours": (100_000, 64),
    "scores": (20_000, 64),
}
KS = range(2, 41)
EPS, MIN_SAMPLES, MIN_CLUSTER_SIZE = 4.2, 10, 50


@dataclass(frozen=True)
class Measured:
    """One side of a comparison."""

    name: str
    seconds: float
    peak_mb: float
    added_mb: float
    result: Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=SIZES)
    parser.add_argument("--n", type=int, help="rows; default: the size named in the bars")
    parser.add_argument("--only", nargs="+", help="sides to run; the first is compared with")
    options = parser.parse_args()
    n, dim = options.n or SIZES[options.part][0], SIZES[options.part][1]
    works = SIDES[options.part]
    names = [name for name in works if options.only is None or name in options.only]
    print(f"{options.part}: {n} x {dim}\n\n| | CPU s | ratio | peak MB | added MB | |")
    print("| --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    first: Measured | None = None
    for name in names:
        side = measure(name, works[name], n, dim)
        first = first or side
        comparison = TELL[options.part](first.result, side.result)
        cells = f"{side.seconds:.2f} | {side.seconds / first.seconds:.2f} | {side.peak_mb:.0f}"
        print(f"| {name} | {cells} | {side.added_mb:.0f} | {comparison} |", flush=True)


def clustered(n: int, dim: int, seed: int = 0) -> FloatMatrix:
    """Return rows in 60 groups of different size and width, a twentieth of them scattered."""
    rng = np.random.default_rng(seed)
    groups = 60
    group = rng.choice(groups, n, p=rng.dirichlet(np.full(groups, 2.0)))
    width = rng.uniform(0.3, 0.8, groups).astype(np.float32)
    rows = rng.standard_normal((n, dim), dtype=np.float32) * width[group, None]
    rows += rng.normal(size=(groups, dim)).astype(np.float32)[group]
    scattered = rng.choice(n, n // 20, replace=False)
    rows[scattered] = 1.2 * rng.standard_normal((len(scattered), dim), dtype=np.float32)
    return rows


def measure(name: str, work: Callable[[FloatMatrix], Any], n: int, dim: int) -> Measured:
    """Run one side in a fresh process; what it imports is warm before the clock starts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, work, n, dim))
    child.start()
    theirs.close()
    seconds, peak, added, result = ours.recv()
    child.join()
    return Measured(name, seconds, peak / 1024, added / 1024, result)


def _child(pipe: Connection, work: Callable[[FloatMatrix], Any], n: int, dim: int) -> None:
    work(clustered(600, dim, seed=1))
    rows = clustered(n, dim)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    result = work(rows)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if isinstance(result, dict) and set(result) == set(KS):
        result = inertias(rows, result)
    pipe.send((seconds, peak, peak - before, result))


def inertias(rows: FloatMatrix, centres: dict[int, FloatMatrix]) -> Any:
    from clustering.kmeans.nearest_centre import assign

    return np.array([assign(rows, centres[k])[1].sum(dtype=np.float64) for k in KS])


def grid_of_ours(rows: FloatMatrix) -> dict[int, FloatMatrix]:
    from clustering.kmeans.grid_of_k import kmeans_grid

    return {k: fit.centres for k, fit in kmeans_grid(rows, KS).items()}


def grid_of_scikit_learn(rows: FloatMatrix) -> dict[int, FloatMatrix]:
    from sklearn.cluster import KMeans

    return {k: KMeans(k, n_init=1, random_state=0).fit(rows).cluster_centers_ for k in KS}


def grid_of_faiss(rows: FloatMatrix) -> dict[int, FloatMatrix]:
    import faiss

    centres = {}
    for k in KS:
        kmeans = faiss.Kmeans(rows.shape[1], k, seed=1)
        kmeans.train(rows)
        centres[k] = np.asarray(kmeans.centroids)
    return centres


def dbscan_of_ours(rows: FloatMatrix) -> Any:
    from clustering.algorithms.dbscan import DBSCAN

    return DBSCAN(eps=EPS, min_samples=MIN_SAMPLES).fit_predict(rows)


def dbscan_of_scikit_learn(rows: FloatMatrix) -> Any:
    from sklearn.cluster import DBSCAN

    return DBSCAN(eps=EPS, min_samples=MIN_SAMPLES).fit(rows).labels_


def hdbscan_of_ours(rows: FloatMatrix) -> Any:
    from clustering.algorithms.hdbscan import HDBSCAN

    return HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES).fit_predict(rows)


def hdbscan_of_hdbscan(rows: FloatMatrix) -> Any:
    import hdbscan

    return hdbscan.HDBSCAN(
        min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES, core_dist_n_jobs=1
    ).fit_predict(rows)


def hdbscan_of_hdbscan_with_an_exact_tree(rows: FloatMatrix) -> Any:
    import hdbscan

    return hdbscan.HDBSCAN(
        min_cluster_size=MIN_CLUSTER_SIZE,
        min_samples=MIN_SAMPLES,
        core_dist_n_jobs=1,
        approx_min_span_tree=False,
    ).fit_predict(rows)


def pca_of_ours(rows: FloatMatrix) -> Any:
    from clustering.space.pca import fit_pca

    return fit_pca(rows, share=0.6).shares


def pca_of_scikit_learn(rows: FloatMatrix) -> Any:
    from sklearn.decomposition import PCA

    return PCA(0.6, svd_solver="covariance_eigh").fit(rows).explained_variance_ratio_


def neighbours_of_ours(rows: FloatMatrix) -> Any:
    from clustering.neighbours import nearest

    return nearest(rows, 15).indices


def neighbours_of_ours_with_probes(rows: FloatMatrix) -> Any:
    from clustering.neighbours import nearest

    return nearest(rows, 15, probes=24).indices


def neighbours_of_faiss(rows: FloatMatrix) -> Any:
    from clustering.neighbours import nearest

    return nearest(rows, 15, engine="faiss").indices


def neighbours_of_scikit_learn(rows: FloatMatrix) -> Any:
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=15).fit(rows).kneighbors(return_distance=False)


def scores_of_ours(rows: FloatMatrix) -> Any:
    from clustering.scores.intrinsic import intrinsic_scores

    return intrinsic_scores(rows, _labels(rows), sample=None).as_dict()


def scores_of_scikit_learn(rows: FloatMatrix) -> Any:
    from sklearn import metrics

    labels = _labels(rows)
    return {
        "silhouette": float(metrics.silhouette_score(rows, labels)),
        "davies_bouldin": float(metrics.davies_bouldin_score(rows, labels)),
        "calinski_harabasz": float(metrics.calinski_harabasz_score(rows, labels)),
    }


def _labels(rows: FloatMatrix) -> Any:
    from clustering.kmeans.nearest_centre import assign

    return assign(rows, rows[:30])[0]


def tell_inertia(ours: Any, theirs: Any) -> str:
    more = 100 * (ours / theirs - 1)
    return f"our inertia to its: {more.mean():+.2f} % on average, {more.max():+.2f} % at worst"


def tell_labels(ours: Any, theirs: Any) -> str:
    from clustering.scores.extrinsic import extrinsic_scores

    ari = extrinsic_scores([str(label) for label in theirs], ours).ari
    same = ", same labels" if np.array_equal(ours, theirs) else ""
    return f"{theirs.max() + 1} clusters, {(theirs < 0).mean():.1%} noise, ARI {ari:.4f}{same}"


def tell_shares(_: Any, theirs: Any) -> str:
    return f"{len(theirs)} axes, {theirs.sum():.4f} of the variance"


def tell_recall(ours: Any, theirs: Any) -> str:
    pairs = zip(ours[::100], theirs[::100], strict=True)
    return f"recall {np.mean([len(set(a) & set(b)) / len(a) for a, b in pairs]):.4f} of ours"


def tell_scores(_: Any, theirs: Any) -> str:
    names = ("silhouette", "davies_bouldin", "calinski_harabasz")
    return ", ".join(f"{name} {theirs[name]:.5f}" for name in names)


SIDES: dict[str, dict[str, Callable[[FloatMatrix], Any]]] = {
    "grid": {
        "partscope": grid_of_ours,
        "scikit-learn": grid_of_scikit_learn,
        "faiss": grid_of_faiss,
    },
    "dbscan": {"partscope": dbscan_of_ours, "scikit-learn": dbscan_of_scikit_learn},
    "hdbscan": {
        "partscope": hdbscan_of_ours,
        "hdbscan": hdbscan_of_hdbscan,
        "hdbscan, exact tree": hdbscan_of_hdbscan_with_an_exact_tree,
    },
    "pca": {"partscope": pca_of_ours, "scikit-learn": pca_of_scikit_learn},
    "neighbours": {
        "partscope": neighbours_of_ours,
        "partscope, 24 probes": neighbours_of_ours_with_probes,
        "faiss": neighbours_of_faiss,
        "scikit-learn": neighbours_of_scikit_learn,
    },
    "scores": {"partscope": scores_of_ours, "scikit-learn": scores_of_scikit_learn},
}
TELL: dict[str, Callable[[Any, Any], str]] = {
    "grid": tell_inertia,
    "dbscan": tell_labels,
    "hdbscan": tell_labels,
    "pca": tell_shares,
    "neighbours": tell_recall,
    "scores": tell_scores,
}


if __name__ == "__main__":
    main()
