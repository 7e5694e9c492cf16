"""``partscope export``: who is in which cluster, as CSV, XLSX or Parquet."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json


def export(
    target: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx or .parquet.")],
    *,
    run: Annotated[
        str | None, typer.Option("--run", help="Id or name of a run.  [default: the active one]")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one row a part: its cluster with both labels, its review, and how much it stands out."""
    from catalog.progress import shown_progress
    from catalog.tables.table_file import check_target
    from clustering.report.export import export as write
    from partscope.catalog import Catalog

    started = time.perf_counter()
    check_target(target)
    with Catalog.open(store, catalog=catalog) as opened_catalog, shown_progress() as progress:
        _ = opened_catalog.manifest
        progress.start("exporting", opened_catalog.store.count())
        rows = write(opened_catalog.store, target, run, progress.advance)
    if as_json:
        seconds = round(time.perf_counter() - started, 3)
        print_json({"file": str(target), "rows": rows, "seconds": seconds})
    else:
        typer.echo(f"{rows} parts in {target}")
