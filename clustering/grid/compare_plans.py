"""A grid over a catalogue: ``partscope cluster --grid FILE.csv`` comes through here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import UnknownName, UsageError
from catalog.progress import Progress
from catalog.store.contract import PartStore
from catalog.store.filters import HasId
from clustering.algorithms.registry import clusterer
from clustering.contract import Features, Plan
from clustering.grid.grid_cells import standard_cells, varied_parameter
from clustering.grid.run_grid import by_score, run_grid
from clustering.grouping.group import check_plan
from clustering.job.catalog_state import read_state
from clustering.space.features import pull_features
from clustering.space.memory_bound import parts_within_memory
from clustering.space.prepared_features import GRAPH

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 5_000
"""So many parts are compared; of more, or beyond the memory bound, a sample drawn by chance."""


def compare_plans(store: PartStore, plan: Plan, out: Path, progress: Progress) -> pd.DataFrame:
    """Compare the standard grid of the plan's features, each alone and all together; return it.

    What the plan gives is the same in every cell (``standard_cells``). Nothing in the catalogue
    changes. ``out`` is a CSV file, sorted by silhouette; beside it, a file named after the parts,
    the seed and the weights keeps what is finished, so that a grid that was cut off goes on. Known
    families give the extrinsic scores their columns. UsageError for a plan that cannot be tried.
    """
    check_grid_plan(plan)
    if out.suffix != ".csv":
        raise UsageError(f"the grid's table must be a .csv file; got {str(out)!r}")
    state = read_state(store)
    if not state.ids:
        raise UsageError("the catalogue has no parts to group")
    # Ids are hashes of part numbers, so the first ones are a random sample.
    sample = state.ids[: min(LARGEST, parts_within_memory(store, plan, len(state.ids)))]
    progress.start("reading vectors", len(sample))
    where = HasId(tuple(sample)) if len(sample) < len(state.ids) else None
    features = pull_features(store, plan.features, where, progress.advance)
    cells = standard_cells(_sets(plan.features), len(features.ids), plan)
    family_of = dict(zip(state.ids, state.families, strict=True))
    truth = [family_of.get(identity) for identity in features.ids]
    progress.start(f"comparing {len(cells)} plans", len(cells))
    table = run_grid(
        features,
        cells,
        out.with_suffix(f".{_version(plan, features)}.jsonl"),
        weights=plan.weights,
        truth=truth if any(truth) else None,
        seed=plan.seed,
        progress=lambda *_: progress.advance(1),
    )
    if "silhouette" in table.columns:
        table = by_score(table, "silhouette")
    table.to_csv(out, index=False)
    return table


def check_grid_plan(plan: Plan) -> None:
    """Refuse what no cell could be tried with, before anything is read."""
    check_plan(plan)
    if plan.algorithm == "auto":
        return
    clusterer(plan.algorithm, plan.params)
    varied = varied_parameter(plan.algorithm)
    others = [name for name in plan.params if name != varied]
    if plan.reduction == GRAPH and others:
        raise UnknownName(f"parameter of {plan.algorithm} on the graph", others[0], (varied,))


def _sets(features: Sequence[str]) -> list[tuple[str, ...]]:
    return [(name,) for name in features if len(features) > 1] + [tuple(features)]


def _version(plan: Plan, features: Features) -> str:
    """Return a text that is the same for the same parts, seed and weights."""
    weights = f" {sorted(plan.weights.items())}" if plan.weights else ""
    text = f"{plan.seed} {features.ids} {features.revs.tolist()}{weights}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]
