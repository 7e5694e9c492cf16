"""What the steps of the clustering job hand to each other.

::

    features.pull_features     Features        vectors by block; a part without one is not in its rows
    group.group                Grouping        a label a part, its space, why it was chosen
    profiles.profile_clusters  ClusterProfile  what each cluster is: label, medoid, spread, centroids
    cluster_job.ClusterJob     Run             all of it, saved, written back, made the active run
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector

NOISE = -1
"""The label of parts that belong to no cluster."""

Labels: TypeAlias = NDArray[np.int32]
"""Shape (n,): the cluster of each part, counted from 0; -1 is noise."""
Rows: TypeAlias = NDArray[np.intp]
"""Positions of parts, ascending."""


@runtime_checkable
class Clusterer(Protocol):
    """scikit-learn's contract for clusterers; every one passes ``tests/contracts``.

    ``random_state`` is a parameter where chance plays a part; the same data and state give the same
    labels.
    """

    labels_: Labels

    def fit_predict(self, X: FloatMatrix, y: None = None) -> Labels:  # noqa: N803
        """Return the label of each row of ``X``, shape (n, dim)."""
        ...

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of feature: ``matrix`` row i belongs to the part at position ``rows[i]``."""

    name: str
    rows: Rows
    matrix: FloatMatrix


@dataclass(frozen=True, slots=True)
class Features:
    """The parts of a catalogue in the order of their ids, and their vectors by block.

    ``revs`` are the ``rev`` of the points when they were read, shape (n,).
    """

    ids: list[str]
    revs: NDArray[np.int64]
    blocks: Mapping[str, Block]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do; ``None`` and ``auto`` are chosen from the data.

    ``features`` are names of blocks (``image``, ``name``, ``name_de``, ``name_en``,
    ``description``); ``weights`` multiply them (1 where not given). ``k`` is ``auto``, a number or a
    range ``(low, high)``, both inclusive. ``params`` go to the algorithm.
    """

    features: tuple[str, ...] = ("image", "name")
    weights: Mapping[str, float] = field(default_factory=dict)
    scaling: str = "auto"
    reduction: str = "auto"
    algorithm: str = "auto"
    k: str | int | tuple[int, int] = "auto"
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    memory_bytes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values, without the memory bound: it is no part of what is asked for."""
        values = asdict(self)
        del values["memory_bytes"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Plan:
        """Read what ``to_json`` returned; fields of a later version are ignored."""
        plan = {name: values[name] for name in cls.__slots__ if name in values}
        plan["features"] = tuple(plan["features"])
        plan["k"] = tuple(plan["k"]) if isinstance(plan["k"], list) else plan["k"]
        return cls(**plan)


@dataclass(frozen=True, slots=True)
class Curve:
    """What a number was chosen by: ``y`` over ``x`` of the same length, and the ``chosen`` place.

    ``chosen`` is on the x axis, of ``k_distance`` on the y axis; nothing is drawn without points.
    """

    x: Sequence[float] = ()
    y: Sequence[float] = ()
    chosen: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values; none where the curve has no points."""
        return {"x": list(self.x), "y": list(self.y), "chosen": self.chosen} if len(self.x) else {}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Curve:
        """Read what ``to_json`` returned."""
        return cls(values.get("x", ()), values.get("y", ()), values.get("chosen"))


@dataclass(frozen=True, slots=True)
class ComparedGrouping:
    """One grouping that was compared: how it was made, and how good it is.

    ``modularity``, ``graph_silhouette`` and ``score`` are of groupings of the graph, ``ari`` is
    against known families; None where that was not measured.
    """

    algorithm: str
    k: int
    params: Mapping[str, Any] = field(default_factory=dict)
    modularity: float | None = None
    graph_silhouette: float | None = None
    score: float | None = None
    ari: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a row of the table of what was compared, the parameters among its columns."""
        scores = {name: getattr(self, name) for name in _SCORES_OF_A_COMPARISON}
        measured = {name: score for name, score in scores.items() if score is not None}
        return {"algorithm": self.algorithm, "k": self.k, **self.params, **measured}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> ComparedGrouping:
        """Read what ``to_json`` returned."""
        scores = {name: row[name] for name in _SCORES_OF_A_COMPARISON if name in row}
        others = {"algorithm", "k", *scores}
        params = {name: value for name, value in row.items() if name not in others}
        return cls(row["algorithm"], row["k"], params, **scores)


_SCORES_OF_A_COMPARISON = ("modularity", "graph_silhouette", "score", "ari")


@dataclass(frozen=True, slots=True)
class Grouping:
    """The parts' labels, and how they came about.

    ``space`` (n, d) is what was clustered, every part in it. ``plan`` is the plan with everything
    chosen. ``reasons`` are sentences that say why; ``candidates`` are the table of what was compared;
    ``curves`` are what plots need, by name: ``elbow``, ``silhouette``, ``gap``, ``k_distance``,
    ``separation``.
    """

    labels: Labels
    space: FloatMatrix
    plan: Plan
    reasons: tuple[str, ...] = ()
    candidates: tuple[ComparedGrouping, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClusterProfile:
    """What one cluster is.

    ``centroids`` are unit vectors by named vector of the catalogue (``image``, ``name_de``, ...),
    absent where no member has one. ``radius`` is the mean and ``reach`` the largest distance of the
    members to the centre in the clustered space; ``medoid`` is the id of the most central part.
    ``terms`` are the distinctive words and sizes, most distinctive first.
    """

    cluster: int
    size: int
    label_de: str
    label_en: str
    medoid: str
    radius: float
    reach: float
    terms: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    centroids: Mapping[str, FloatVector] = field(default_factory=dict)
