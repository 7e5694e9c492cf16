"""``partscope export``: who is in which cluster, as CSV, XLSX or Parquet."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options


@with_options
def export(
    target: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx or .parquet.")],
    *,
    run: Annotated[
        str | None, typer.Option("--run", help="Id or name of a run.  [default: the active one]")
    ] = None,
    common: CommonOptions,
) -> None:
    """Write one row a part: its cluster with both labels, its review, and how much it stands out."""
    from catalog.progress import shown_progress
    from catalog.tables.table_file import check_target

    started = time.perf_counter()
    check_target(target)
    with common.open() as opened_catalog, shown_progress() as progress:
        _ = opened_catalog.manifest
        progress.start("exporting", opened_catalog.store.count())
        rows = opened_catalog.export(target, run, progress=progress.advance)
    seconds = round(time.perf_counter() - started, 3)
    values = {"file": str(target), "rows": rows, "seconds": seconds}
    common.print(values, [f"{rows} parts in {target}"])
