"""How the runs of a catalogue agree with a label of its parts: a section of ``partscope evaluate``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from clustering.scores.extrinsic import extrinsic_scores

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog


def evaluate_runs(catalog: OpenedCatalog, label: str) -> dict[str, dict[str, float]]:
    """Return the scores of each name's run in force, by run id, after what reviewers decided.

    Over parts that have the ``label`` (family, subfamily or entity); noise is a group like any
    other. Empty where no part has it, or nothing is grouped yet.
    """
    store = catalog.store
    truth = {
        record.id: str(record.payload[label])
        for batch in store.scan(batch_size=2048, with_payload=[label])
        for record in batch
        if record.payload.get(label)
    }
    runs = [ReviewedRun(store, run_id) for run_id in sorted(run_store.heads(store).values())]
    return {run.run_id: scores for run in runs if (scores := _scores(run, truth))}


def _scores(run: ReviewedRun, truth: Mapping[str, str]) -> dict[str, float]:
    labels = [truth.get(identity) for identity in run.assignment.ids]
    if not any(labels):
        return {}
    scores = extrinsic_scores(labels, run.assignment.clusters).as_dict()
    return {name: round(value, 4) for name, value in scores.items()}
