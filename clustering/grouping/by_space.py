"""Group by the reduced space with one algorithm; what it needs and was not given is chosen first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clustering.algorithms.registry import ALGORITHMS, clusterer
from clustering.choosing.numbers import bounds, choose_number
from clustering.choosing.radius import choose_radius
from clustering.contract import NOISE, ComparedGrouping, Curve
from clustering.grouping.row_grouping import LabelledCandidate, RowGrouping
from clustering.space.prepared_features import PreparedFeatures


def by_space(prepared: PreparedFeatures) -> RowGrouping:
    """Return the plan's algorithm's labels of the parts that have features.

    k is chosen by elbow, silhouette and gap statistic, DBSCAN's ``eps`` by the k-distance knee.
    """
    plan, space = prepared.plan, prepared.own
    params: dict[str, Any] = dict(plan.params)
    curves: dict[str, Curve] = {}
    reasons: tuple[str, ...] = ()
    k: int | None = None
    if ALGORITHMS[plan.algorithm].takes_k and "n_clusters" not in params:
        low, k = bounds(plan.k, len(space))
        if low < k:
            prepared.say(f"choosing k from {low} to {k}")
            number = choose_number(space, low, k, plan.seed)
            k, curves, reasons = number.k, dict(number.curves), (number.reason,)
    if plan.algorithm == "dbscan" and "eps" not in params:
        prepared.say("choosing eps")
        needed = clusterer("dbscan", params).get_params()["min_samples"]
        params["eps"], curves["k_distance"] = choose_radius(space, needed, plan.seed)
        reasons = (f"eps = {params['eps']:.4g} is the knee of the k-distance curve",)
    estimator = clusterer(plan.algorithm, params, k=k, seed=plan.seed)
    prepared.say(f"grouping by {plan.algorithm}")
    labels = estimator.fit_predict(space)
    count = len(np.unique(labels[labels != NOISE]))
    compared = ComparedGrouping(plan.algorithm, count, params)
    return RowGrouping(
        labels,
        replace(plan, params=params, k=count, reduction=prepared.reduction),
        reasons,
        (LabelledCandidate(compared, np.arange(len(space)), labels),),
        curves,
    )
