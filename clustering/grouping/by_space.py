"""Group by the reduced space with one algorithm; what it needs and was not given is chosen first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clustering.algorithms.registry import ALGORITHMS, clusterer
from clustering.choosing.numbers import bounds, choose_number
from clustering.choosing.radius import choose_radius
from clustering.contract import NOISE
from clustering.space.prepared_features import Found, Material


def by_space(material: Material) -> Found:
    """Return the plan's algorithm's labels of the parts that have features.

    k is chosen by elbow, silhouette and gap statistic, DBSCAN's ``eps`` by the k-distance knee.
    """
    plan, space = material.plan, material.own
    params: dict[str, Any] = dict(plan.params)
    curves: dict[str, Mapping[str, Any]] = {}
    reasons: tuple[str, ...] = ()
    k: int | None = None
    if ALGORITHMS[plan.algorithm].takes_k and "n_clusters" not in params:
        low, k = bounds(plan.k, len(space))
        if low < k:
            material.say(f"choosing k from {low} to {k}")
            number = choose_number(space, low, k, plan.seed)
            k, curves, reasons = number.k, dict(number.curves), (number.reason,)
    if plan.algorithm == "dbscan" and "eps" not in params:
        material.say("choosing eps")
        needed = clusterer("dbscan", params).get_params()["min_samples"]
        params["eps"], curves["k_distance"] = choose_radius(space, needed, plan.seed)
        reasons = (f"eps = {params['eps']:.4g} is the knee of the k-distance curve",)
    estimator = clusterer(plan.algorithm, params, k=k, seed=plan.seed)
    material.say(f"grouping by {plan.algorithm}")
    labels = estimator.fit_predict(space)
    count = len(np.unique(labels[labels != NOISE]))
    chosen = {"params": params, "k": count, "reduction": material.reduction}
    row = {"algorithm": plan.algorithm, "k": count, **params}
    return Found(labels, chosen, reasons, ((row, np.arange(len(space)), labels),), curves)
