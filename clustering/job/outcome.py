"""What a finished clustering job tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clustering.contract import Plan
from clustering.runs.run import Run

TOLD = ("silhouette", "davies_bouldin", "ari", "nmi", "v_measure", "purity")
"""The scores that people are told at once; all of them stand in the record."""
_HOW = {
    "anew": "grouped anew",
    "placed": "new parts placed in the clusters there were",
    "kept": "nothing new, clusters kept",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The run, how many parts' payload changed, and how long it all took."""

    run: Run
    changed: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return what ``partscope cluster --json`` prints."""
        run, counts, params = self.run, self.run.counts, self.run.chosen.to_json()
        return {
            "run": run.name,
            "run_id": run.run_id,
            "grouped": run.grouped,
            "algorithm": params.pop("algorithm"),
            "params": params,
            "n_parts": counts.n_parts,
            "n_clusters": counts.n_clusters,
            "noise": counts.noise,
            "coverage": counts.coverage,
            "metrics": run.metrics.to_json(),
            "changed": self.changed,
            "meanwhile": self._meanwhile(),
            "reasons": list(run.reasons),
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> list[str]:
        """Return the same in words."""
        run, counts = self.run, self.run.counts
        lines = [
            f"run {run.run_id}: {counts.n_clusters} clusters of {counts.n_parts} parts, "
            f"{counts.noise} in none; {_HOW[run.grouped]}, {self.changed} parts changed "
            f"({self.seconds:.1f} s)",
            f"  {_described(run.chosen)}",
            *(f"  {reason}" for reason in run.reasons),
            f"  {self._scores()}",
        ]
        meanwhile = ", ".join(
            f"{count} {name}" for name, count in self._meanwhile().items() if count
        )
        return (
            [*lines, f"  ingested meanwhile, for the next run: {meanwhile}"] if meanwhile else lines
        )

    def _meanwhile(self) -> dict[str, int]:
        counts = self.run.counts
        return {"new": counts.new, "updated": counts.updated, "deleted": counts.deleted}

    def _scores(self) -> str:
        defined = self.run.metrics.to_json()
        scores = [f"{name} {defined[name]:.3f}" for name in TOLD if name in defined]
        return ", ".join([*scores, f"coverage {self.run.counts.coverage:.3f}"])


def _described(chosen: Plan) -> str:
    params = "".join(f", {name} = {value}" for name, value in chosen.params.items())
    return (
        f"{chosen.algorithm}{params}, k = {chosen.k}, on {' + '.join(chosen.features)} "
        f"(scaling {chosen.scaling}, reduction {chosen.reduction}, seed {chosen.seed})"
    )
