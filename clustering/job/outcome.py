"""What a finished clustering job tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clustering.contract import Plan
from clustering.runs.run import Run

TOLD = ("silhouette", "davies_bouldin", "ari", "nmi", "v_measure", "purity")
"""The scores that people are told at once; all of them stand in the record."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The run, how many parts' payload changed, and how long it all took."""

    run: Run
    changed: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return what ``partscope cluster --json`` prints."""
        run, counts, chosen = self.run, self.run.counts, self.run.chosen.to_json()
        return {
            "run": run.name,
            "run_id": run.run_id,
            "grouped": run.grouped,
            "algorithm": run.chosen.algorithm,
            "params": {key: value for key, value in chosen.items() if key != "algorithm"},
            **{key: counts[key] for key in ("n_parts", "n_clusters", "noise")},
            "coverage": coverage(counts),
            "metrics": dict(run.metrics),
            "changed": self.changed,
            "meanwhile": {key: counts[key] for key in ("new", "updated", "deleted")},
            "reasons": list(run.reasons),
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> list[str]:
        """Return the same in words."""
        run, counts = self.run, self.run.counts
        how = {
            "anew": "grouped anew",
            "placed": "new parts placed in the clusters there were",
            "kept": "nothing new, clusters kept",
        }
        lines = [
            f"run {run.run_id}: {counts['n_clusters']} clusters of {counts['n_parts']} parts, "
            f"{counts['noise']} in none; {how[run.grouped]}, {self.changed} parts changed "
            f"({self.seconds:.1f} s)",
            f"  {_described(run.chosen)}",
        ]
        lines += [f"  {reason}" for reason in run.reasons]
        scores = [f"{name} {run.metrics[name]:.3f}" for name in TOLD if name in run.metrics]
        lines.append("  " + ", ".join([*scores, f"coverage {coverage(counts):.3f}"]))
        meanwhile = ", ".join(
            f"{counts[key]} {key}" for key in ("new", "updated", "deleted") if counts[key]
        )
        if meanwhile:
            lines.append(f"  ingested meanwhile, for the next run: {meanwhile}")
        return lines


def coverage(counts: Mapping[str, int]) -> float:
    """Return the share of parts that are in a cluster, in [0, 1]."""
    return 1 - counts["noise"] / counts["n_parts"] if counts["n_parts"] else 0.0


def _described(chosen: Plan) -> str:
    params = "".join(f", {name} = {value}" for name, value in chosen.params.items())
    return (
        f"{chosen.algorithm}{params}, k = {chosen.k}, on {' + '.join(chosen.features)} "
        f"(scaling {chosen.scaling}, reduction {chosen.reduction}, seed {chosen.seed})"
    )
