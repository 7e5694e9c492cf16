"""Group by the fused neighbour graph; beyond some thousand parts, by that of a sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName
from clustering.algorithms.leiden import communities
from clustering.choosing.auto import ALGORITHMS, Choice, Chooser
from clustering.choosing.numbers import bounds
from clustering.contract import Curve, Labels
from clustering.grouping.fused_graph import fused_graph
from clustering.grouping.row_grouping import LabelledCandidate, RowGrouping
from clustering.neighbours import nearest
from clustering.numerics.checks import check_positive
from clustering.numerics.threads import one_blas_thread
from clustering.space.prepared_features import GRAPH, PreparedFeatures

LARGEST = 8_000
"""So many parts make a graph; of more, a sample does, and the others join their neighbours in it."""
_VOTERS = 15
_TILE = 1 << 22
_WEAK = 1e-3


def by_graph(prepared: PreparedFeatures) -> RowGrouping:
    """Return the best grouping of the graph, by the plan's algorithm or, for ``auto``, the best of all.

    ``leiden`` takes the parameter ``resolution`` instead of k.
    """
    plan, count = prepared.plan, len(prepared.rows)
    sample = np.arange(count)
    if count > LARGEST:
        sample = np.sort(np.random.default_rng(plan.seed).choice(count, LARGEST, replace=False))
    prepared.say(f"linking {len(sample)} parts to their neighbours")
    blocks = prepared.blocks_of(prepared.rows[sample])
    graph = linked(fused_graph(blocks, len(sample), plan.weights), prepared.own[sample])
    grouping = _at_resolution(prepared, graph) if plan.params else _chosen(prepared, graph, sample)
    if len(sample) == count:
        return grouping
    prepared.say(f"joining {count - len(sample)} parts to their neighbours")
    reason = (
        f"a graph of {LARGEST} parts drawn by chance; the others join their nearest {_VOTERS} there"
    )
    labels = joined_to(prepared.own, sample, grouping.labels)
    return replace(grouping, labels=labels, reasons=(*grouping.reasons, reason))


def linked(graph: Any, space: FloatMatrix) -> Any:
    """Return the graph with parts that share no feature with another linked to the nearest in space."""
    from scipy.sparse import csr_array

    lonely = np.flatnonzero(graph.sum(axis=1) == 0)
    if not len(lonely) or len(space) < 2:
        return graph
    neighbours = nearest(space, 1).indices[lonely, 0]
    links = csr_array((np.full(len(lonely), _WEAK), (lonely, neighbours)), shape=graph.shape)
    return csr_array(graph + links + links.T)


def joined_to(space: FloatMatrix, sample: NDArray[np.intp], labels: Labels) -> Labels:
    """Return a label for each row of ``space``: that most frequent among its nearest drawn rows.

    ``labels`` are of the rows ``sample``, which keep them. Memory beyond the result is constant.
    """
    sample_rows = space[sample]
    squares = np.einsum("ij,ij->i", sample_rows, sample_rows)
    voters, k = min(_VOTERS, len(sample)), int(labels.max()) + 1
    joined_labels = np.empty(len(space), dtype=np.int32)
    step = max(1, _TILE // len(sample))
    with one_blas_thread():
        for start in range(0, len(space), step):
            distances = squares - 2 * (space[start : start + step] @ sample_rows.T)
            neighbour_labels = labels[np.argpartition(distances, voters - 1, axis=1)[:, :voters]]
            places = neighbour_labels + k * np.arange(len(neighbour_labels))[:, None]
            votes = np.bincount(places.ravel(), minlength=k * len(neighbour_labels)).reshape(-1, k)
            joined_labels[start : start + step] = votes.argmax(axis=1)
    joined_labels[sample] = labels
    return joined_labels


def _at_resolution(prepared: PreparedFeatures, graph: Any) -> RowGrouping:
    plan = prepared.plan
    for name in plan.params:
        if name != "resolution" or plan.algorithm != "leiden":
            allowed = ("resolution",) if plan.algorithm == "leiden" else ()
            raise UnknownName(f"parameter of {plan.algorithm} on the graph", name, allowed)
    check_positive("resolution", plan.params["resolution"])
    labels = communities(graph, plan.params["resolution"], plan.seed)
    return RowGrouping(labels, replace(plan, k=int(labels.max()) + 1, reduction=GRAPH))


def _chosen(prepared: PreparedFeatures, graph: Any, sample: NDArray[np.intp]) -> RowGrouping:
    plan = prepared.plan
    low, high = bounds(plan.k, len(sample))
    algorithms = ALGORITHMS if plan.algorithm == "auto" else (plan.algorithm,)
    prepared.say(f"comparing groupings into {low} to {high} clusters")
    choice = Chooser(graph, prepared.own[sample], (low, high), plan.seed).choose(algorithms)
    best = choice.best
    return RowGrouping(
        best.labels,
        replace(plan, algorithm=best.algorithm, k=best.k, reduction=GRAPH),
        choice.reasons,
        tuple(
            LabelledCandidate(candidate.compared(), sample, candidate.labels)
            for candidate in choice.candidates
        ),
        {"separation": _curve(choice)},
    )


def _curve(choice: Choice) -> Curve:
    scores: dict[int, float] = {}
    for candidate in choice.candidates:
        if candidate.algorithm == "leiden":
            scores[candidate.k] = max(candidate.separation.score, scores.get(candidate.k, 0.0))
    ks = sorted(scores)
    return Curve(ks, [scores[k] for k in ks], choice.best.k)
