"""The record of one run of the clustering job, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from catalog.errors import StoreError
from clustering.contract import Plan


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
    metrics: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0

    def to_bytes(self) -> bytes:
        """Return the record as JSON."""
        plans = {"plan": self.plan.to_json(), "chosen": self.chosen.to_json()}
        values = {**asdict(self), **plans}
        return json.dumps(values, ensure_ascii=False, default=_plain).encode()

    @classmethod
    def from_bytes(cls, content: bytes, where: str) -> Run:
        """Read a record; fields of a later version are ignored, StoreError where it is damaged."""
        try:
            values = json.loads(content)
            arguments = {
                attribute.name: values[attribute.name]
                for attribute in fields(cls)
                if attribute.name in values
            }
            for name in ("plan", "chosen"):
                arguments[name] = Plan.from_json(arguments[name])
            for name in ("reasons", "candidates"):
                arguments[name] = tuple(arguments.get(name, ()))
            return cls(**arguments)
        except (ValueError, TypeError, LookupError) as error:
            raise StoreError(f"the record {where} is damaged ({error}): restore a backup") from None


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no JSON value")
