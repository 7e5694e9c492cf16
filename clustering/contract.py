"""What the steps of the clustering job hand to each other.

::

    features.pull      Features    vectors by block; a part that lacks one is simply not in its rows
    grouping.group     Grouping    a label a part, the space it was found in, why it was chosen
    profiles.profile   ClusterProfile  what each cluster is: label, medoid, spread, centroids
    job.run            Run         all of it, saved, written back as payload, made the active run
"""

from __future__ import annotations

from collections.abc import Mapping
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
class Grouping:
    """The parts' labels, and how they came about.

    ``space`` (n, d) is what was clustered, every part in it. ``plan`` is the plan with everything
    chosen. ``reasons`` are sentences that say why; ``candidates`` are the table of what was compared;
    ``curves`` are what plots need, by name: ``elbow``, ``silhouette``, ``gap``, ``k_distance``, each
    with ``x``, ``y`` and, where one was chosen, ``chosen``.
    """

    labels: Labels
    space: FloatMatrix
    plan: Plan
    reasons: tuple[str, ...] = ()
    candidates: tuple[Mapping[str, Any], ...] = ()
    curves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


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
