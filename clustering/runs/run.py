"""The record of one run of the clustering job, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from catalog.errors import StoreError
from clustering.contract import ComparedGrouping, Curve, Plan
from clustering.scores.run_scores import RunScores


@dataclass(frozen=True, slots=True)
class Counts:
    """Parts and clusters of a run; ``noise`` are parts in no cluster.

    ``new``, ``updated`` and ``deleted`` are parts that were ingested or deleted while the job ran:
    the next run looks at them.
    """

    n_parts: int = 0
    n_clusters: int = 0
    noise: int = 0
    new: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def coverage(self) -> float:
        """The share of parts that are in a cluster, in [0, 1]; 0 without parts."""
        return 1 - self.noise / self.n_parts if self.n_parts else 0.0

    @classmethod
    def from_json(cls, values: Mapping[str, int]) -> Counts:
        """Read stored counts; those of a later version are ignored."""
        return cls(**{name: values[name] for name in cls.__slots__ if name in values})


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of the clustering job.

    ``plan`` is what was asked, ``chosen`` what was used. ``basis`` fingerprints plan and embedders:
    runs of one basis can go on from each other. ``grouped`` says how: ``anew``, ``placed`` (new
    parts put into the parent's clusters) or ``kept``; ``drift`` is how many parts were placed or
    vanished since the last time anew.
    """

    run_id: str
    name: str
    created: str
    plan: Plan
    chosen: Plan
    basis: str
    parent: str | None = None
    grouped: str = "anew"
    drift: int = 0
    reasons: tuple[str, ...] = ()
    metrics: RunScores = field(default_factory=RunScores)
    counts: Counts = field(default_factory=Counts)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    candidates: tuple[ComparedGrouping, ...] = ()
    seconds: float = 0.0

    def to_bytes(self) -> bytes:
        """Return the record as JSON."""
        values = {attribute.name: getattr(self, attribute.name) for attribute in fields(self)}
        values |= {
            "plan": self.plan.to_json(),
            "chosen": self.chosen.to_json(),
            "metrics": self.metrics.to_json(),
            "counts": asdict(self.counts),
            "curves": {name: curve.to_json() for name, curve in self.curves.items()},
            "candidates": [compared.to_json() for compared in self.candidates],
        }
        return json.dumps(values, ensure_ascii=False, default=_plain).encode()

    @classmethod
    def from_bytes(cls, content: bytes, where: str) -> Run:
        """Read a record; fields of a later version are ignored, StoreError where it is damaged."""
        try:
            values = json.loads(content)
            names = [attribute.name for attribute in fields(cls) if attribute.name in values]
            return cls(**{name: _read(name, values[name]) for name in names})
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise StoreError(f"the record {where} is damaged ({error}): restore a backup") from None


def _read(name: str, value: Any) -> Any:
    return _READERS[name](value) if name in _READERS else value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "plan": Plan.from_json,
    "chosen": Plan.from_json,
    "reasons": tuple,
    "metrics": RunScores.from_json,
    "counts": Counts.from_json,
    "curves": lambda curves: {name: Curve.from_json(curve) for name, curve in curves.items()},
    "candidates": lambda rows: tuple(ComparedGrouping.from_json(row) for row in rows),
}


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no JSON value")
