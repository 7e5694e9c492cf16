"""A grid over a catalogue: ``partscope cluster --grid FILE.csv`` comes through here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import UsageError
from catalog.progress import Progress
from catalog.store.contract import PartStore
from catalog.store.filters import HasId
from clustering.grid.grid_cells import standard_cells
from clustering.grid.run_grid import by_score, run_grid
from clustering.space.features import pull

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 5_000
"""So many parts are compared; of more, as many drawn by chance."""


def grid_over(
    store: PartStore,
    features: Sequence[str],
    out: Path,
    *,
    algorithm: str = "auto",
    k: tuple[int, int] | None = None,
    seed: int = 0,
    progress: Progress,
) -> pd.DataFrame:
    """Compare the standard grid of the features, each alone and all together; write and return it.

    Nothing in the catalogue changes. ``out`` is a CSV file, sorted by silhouette; beside it, a file
    named after the parts and the seed keeps what is finished, so that a grid that was cut off goes
    on. Known families give the extrinsic scores their columns.
    """
    if out.suffix != ".csv":
        raise UsageError(f"the grid's table must be a .csv file; got {str(out)!r}")
    families = {
        record.id: record.payload.get("family")
        for batch in store.scan(batch_size=2048, with_payload=["family", "rev"])
        for record in batch
    }
    if not families:
        raise UsageError("the catalogue has no parts to group")
    # Ids are hashes of part numbers, so the first ones are a random sample.
    sample = sorted(families)[:LARGEST]
    progress.start("reading vectors", len(sample))
    where = HasId(tuple(sample)) if len(sample) < len(families) else None
    pulled = pull(store, features, where, progress.advance)
    sets = [(name,) for name in features if len(features) > 1] + [tuple(features)]
    cells = standard_cells(sets, len(pulled.ids), () if algorithm == "auto" else (algorithm,), k)
    truth = [families.get(identity) for identity in pulled.ids]
    version = f"{seed} {pulled.ids} {pulled.revs.tolist()}".encode()
    record = out.with_suffix(f".{hashlib.sha256(version).hexdigest()[:8]}.jsonl")
    progress.start(f"comparing {len(cells)} plans", len(cells), "plans")
    table = run_grid(
        pulled,
        cells,
        record,
        truth=truth if any(truth) else None,
        seed=seed,
        progress=lambda *_: progress.advance(1),
    )
    if "silhouette" in table.columns:
        table = by_score(table, "silhouette")
    table.to_csv(out, index=False)
    return table
