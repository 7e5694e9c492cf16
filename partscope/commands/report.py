"""``partscope report``: a run as one HTML page with its pictures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json


def report(
    run: Annotated[
        str | None, typer.Argument(help="Id or name of a run.  [default: the active one]")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path(
        "partscope-report"
    ),
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one HTML page with maps, plots, scores and a sheet a cluster, and all of it as PNG."""
    from catalog.progress import shown_progress
    from clustering.report.write import write_report
    from partscope.catalog import Catalog

    started = time.perf_counter()
    with Catalog.open(store, catalog=catalog) as opened_catalog, shown_progress() as progress:
        files = write_report(opened_catalog, out, run, progress.start)
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        print_json({"files": [str(file) for file in files], "seconds": seconds})
    else:
        typer.echo(f"{files[0]} and {len(files) - 1} pictures beside it ({seconds:.1f} s)")
