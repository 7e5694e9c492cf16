"""Compare many plans on the same parts: features x scaling x reduction x algorithm x parameters.

What cells have in common is done once (``grid_space``), and cells that are done already are left out,
so that a grid that was cut off goes on where it stopped (``run_grid``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName, UsageError
from clustering.contract import NOISE, Features, Labels
from clustering.grid.grid_cells import Cell
from clustering.grid.grid_space import GridSpace, ScaledFeatures
from clustering.scores.extrinsic import extrinsic_scores
from clustering.scores.intrinsic import intrinsic_scores

if TYPE_CHECKING:
    import pandas as pd

GridRow: TypeAlias = dict[str, Any]
"""What one cell gave: its key and fields, its scores, the seconds it took; or ``error``."""
GridProgress: TypeAlias = Callable[[int, int], None]
"""Called after each cell with how many are done and how many there are."""


def run_grid(
    features: Features,
    cells: Sequence[Cell],
    record: Path,
    *,
    weights: Mapping[str, float] | None = None,
    truth: Sequence[str | None] | None = None,
    seed: int = 0,
    progress: GridProgress | None = None,
) -> pd.DataFrame:
    """Return the table of all cells, each finished one kept as a line of the file ``record`` (JSON).

    ``weights`` multiply the features, 1 where not given. Run again with the same record, only what
    is missing is done; a line that was cut off is done again. The record belongs to one set of
    parts, one seed and one set of weights.
    """
    import pandas as pd

    rows = [row for row in read_record(record) if row["key"] in {cell.key for cell in cells}]
    with record.open("a", encoding="utf-8") as file:
        if record.stat().st_size:
            file.write("\n")  # the last line may have been cut off
        done = {row["key"] for row in rows}
        for row in grid(features, cells, done, weights=weights, truth=truth, seed=seed):
            file.write(json.dumps(row) + "\n")
            file.flush()
            rows.append(row)
            if progress is not None:
                progress(len(rows), len(cells))
    return pd.DataFrame(rows).drop(columns="key", errors="ignore")


def read_record(record: Path) -> list[GridRow]:
    """Return the finished cells of a record; none where there is no file."""
    if not record.exists():
        return []
    rows = []
    for line in record.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def by_score(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the table with the best cells first; UnknownName for a metric that it does not have."""
    metrics = [name for name in table.columns if name not in (*Cell.__slots__, "error")]
    if metric not in metrics:
        raise UnknownName("metric", metric, metrics)
    low_is_good = metric in ("davies_bouldin", "inertia", "seconds")
    return table.sort_values(metric, ascending=low_is_good, kind="stable", ignore_index=True)


def grid(
    features: Features,
    cells: Sequence[Cell],
    done: Collection[str] = (),
    *,
    weights: Mapping[str, float] | None = None,
    truth: Sequence[str | None] | None = None,
    seed: int = 0,
) -> Iterator[GridRow]:
    """Yield a row for each cell whose key is not ``done``; a cell that cannot be done says why."""
    ahead = sorted((cell for cell in cells if cell.key not in done), key=lambda cell: cell.space)
    for (names, scaling), scaled_cells in groupby(ahead, key=lambda cell: cell.space[:2]):
        scaled_features = ScaledFeatures(features, names, scaling, weights)
        truth_of_rows = [truth[row] for row in scaled_features.rows] if truth is not None else None
        for _, space_cells in groupby(scaled_cells, key=lambda cell: cell.space):
            together = list(space_cells)
            space = GridSpace(scaled_features, together, seed)
            for cell in together:
                yield _row(cell, space, truth_of_rows, seed)


def _row(cell: Cell, space: GridSpace, truth: Sequence[str | None] | None, seed: int) -> GridRow:
    row: GridRow = {"key": cell.key}
    row |= {name: getattr(cell, name) for name in ("scaling", "reduction", "algorithm")}
    row["features"] = "+".join(cell.features)
    row["params"] = ", ".join(f"{name}={value}" for name, value in cell.params.items())
    started = time.perf_counter()
    try:
        labels = space.labels(cell)
    except UsageError as error:
        return {**row, "error": str(error)}
    row["seconds"] = round(time.perf_counter() - started, 3)
    return row | _scores(space.space, labels, truth, seed)


def _scores(
    space: FloatMatrix, labels: Labels, truth: Sequence[str | None] | None, seed: int
) -> GridRow:
    scores: GridRow = dict(intrinsic_scores(space, labels, seed=seed).as_dict())
    scores["noise"] = int((labels == NOISE).sum())
    if truth is not None:
        scores |= extrinsic_scores(truth, labels).as_dict()
    return scores
