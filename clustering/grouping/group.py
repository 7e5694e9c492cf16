"""Group the parts: features to one space, the space to labels, and why.

``auto`` (and ``leiden`` and ``spectral`` unless a reduction is asked for) works on the fused neighbour
graph of the features; every other algorithm on the reduced space. Both are made of the same blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from catalog.errors import UnknownName, UsageError
from clustering.algorithms.registry import ALGORITHMS, clusterer
from clustering.choosing.numbers import bounds, choose_number, sample_of
from clustering.choosing.radius import choose_radius
from clustering.contract import NOISE, ComparedGrouping, Curve, Features, Grouping, Plan, Rows
from clustering.grouping.by_graph import by_graph
from clustering.grouping.by_space import by_space
from clustering.grouping.row_grouping import RowGrouping
from clustering.numerics.checks import all_equal
from clustering.space.prepared_features import (
    GRAPH,
    GroupingProgress,
    PreparedFeatures,
    prepare_features,
)
from clustering.space.reduction import Reduction

ON_GRAPH = ("leiden", "spectral")
"""The algorithms that work on the fused graph unless a reduction is asked for."""

CURVE_ROWS = 2_000
"""Parts that the curves are drawn from where nothing is chosen by them."""


def group(
    features: Features,
    plan: Plan,
    *,
    truth: Sequence[str | None] | None = None,
    progress: GroupingProgress | None = None,
) -> Grouping:
    """Return a label for every part; parts without any of the features are noise.

    ``truth`` are known families: they are never looked at to choose, only to state each
    candidate's ``ari``. Raises UsageError for what cannot be grouped.
    """
    check_plan(plan)
    if not features.ids:
        raise UsageError("the catalogue has no parts to group")
    prepared = prepare_features(features, plan, progress or (lambda _: None))
    grouping = _grouped(prepared)
    labels = np.full(len(features.ids), NOISE, dtype=np.int32)
    labels[prepared.rows] = grouping.labels
    return Grouping(
        labels,
        prepared.space,
        replace(grouping.plan, scaling="whiten" if plan.scaling == "auto" else plan.scaling),
        (*prepared.reasons(), *grouping.reasons),
        _compared(grouping, prepared.rows, truth),
        grouping.curves if "elbow" in grouping.curves else {**_drawn(prepared), **grouping.curves},
    )


def check_plan(plan: Plan) -> None:
    """Refuse an algorithm or reduction that is not known, and what does not go together."""
    if plan.algorithm not in ("auto", *ALGORITHMS):
        raise UnknownName("algorithm", plan.algorithm, ("auto", *ALGORITHMS))
    if plan.reduction != GRAPH:
        Reduction.parse(plan.reduction)
    elif plan.algorithm not in ("auto", *ON_GRAPH):
        raise UsageError(
            f"the reduction {GRAPH} is for auto, {' and '.join(ON_GRAPH)}; got {plan.algorithm}"
        )
    if plan.params and plan.algorithm == "auto":
        raise UsageError(
            f"parameters need an algorithm to go to; got {', '.join(plan.params)} with auto"
        )


def _grouped(prepared: PreparedFeatures) -> RowGrouping:
    plan = prepared.plan
    if all_equal(prepared.own):
        labels = np.zeros(len(prepared.rows), dtype=np.int32)
        algorithm = "kmeans" if plan.algorithm == "auto" else plan.algorithm
        return RowGrouping(
            labels, replace(plan, algorithm=algorithm, k=1), ("all parts are equal: one group",)
        )
    grouping = by_graph(prepared) if _on_graph(plan) else by_space(prepared)
    k = plan.k if isinstance(plan.k, int) else 0
    if k > len(prepared.rows):
        reason = f"{k} clusters were asked for, but only {len(prepared.rows)} parts can be grouped"
        return replace(grouping, reasons=(*grouping.reasons, reason))
    return grouping


def _drawn(prepared: PreparedFeatures) -> dict[str, Curve]:
    """Return the curves that k could be chosen by, of some of the parts; none where k was given."""
    space = sample_of(prepared.own, CURVE_ROWS, prepared.plan.seed)
    if isinstance(prepared.plan.k, int) or all_equal(space):
        return {}
    prepared.say("drawing the curves")
    curves = dict(choose_number(space, *bounds("auto", len(space)), prepared.plan.seed).curves)
    radius = clusterer("dbscan").get_params()["min_samples"]
    curves["k_distance"] = choose_radius(space, radius, prepared.plan.seed)[1]
    return curves


def _on_graph(plan: Plan) -> bool:
    if plan.algorithm == "auto" or plan.reduction == GRAPH:
        return True
    return plan.algorithm in ON_GRAPH and plan.reduction == "auto"


def _compared(
    grouping: RowGrouping, rows: Rows, truth: Sequence[str | None] | None
) -> tuple[ComparedGrouping, ...]:
    if truth is None:
        return tuple(candidate.compared for candidate in grouping.candidates)
    families = [truth[row] for row in rows]
    return tuple(candidate.scored(families) for candidate in grouping.candidates)
