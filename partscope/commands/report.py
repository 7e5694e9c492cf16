"""``partscope report``: a run as one HTML page with its pictures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options


@with_options
def report(
    run: Annotated[
        str | None, typer.Argument(help="Id or name of a run.  [default: the active one]")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path(
        "partscope-report"
    ),
    common: CommonOptions,
) -> None:
    """Write one HTML page with maps, plots, scores and a sheet a cluster, and all of it as PNG."""
    from catalog.progress import shown_progress

    started = time.perf_counter()
    with common.open() as opened_catalog, shown_progress() as progress:
        files = opened_catalog.report(out, run, progress=progress.start)
    seconds = round(time.perf_counter() - started, 3)
    values = {"files": [str(file) for file in files], "seconds": seconds}
    line = f"{files[0]} and {len(files) - 1} pictures beside it ({seconds:.1f} s)"
    common.print(values, [line])
