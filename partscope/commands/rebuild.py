"""``partscope rebuild``: build the catalogue anew beside the active one, then switch over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.errors import UsageError
from partscope.commands.ingest import lines
from partscope.options.common import CommonOptions
from partscope.options.groups import with_options
from partscope.options.models import ModelOptions
from partscope.options.table import TableOptions


@with_options
def rebuild(
    table: Annotated[
        str | None,
        typer.Argument(help="The table to build from.  [default: the catalogue's parts]"),
    ] = None,
    *,
    images: Annotated[Path | None, typer.Option(help="Folder or zip with the photos.")] = None,
    read: TableOptions,
    models: ModelOptions,
    report: Annotated[Path | None, typer.Option(help="Row report, .csv or .xlsx.")] = None,
    max_failures: Annotated[
        int | None, typer.Option(help="Switch over with at most so many failed rows and views.")
    ] = None,
    common: CommonOptions,
) -> None:
    """Build the catalogue anew, e.g. with another model, and switch over when it is whole."""
    from catalog.progress import shown_progress

    if table is None and read.is_for_a_table:
        raise UsageError("--map, --sheet, --records and --require are for a TABLE; name it")
    chosen = {**models.settings(), "max_failures": max_failures}
    with common.open(**chosen) as opened, shown_progress(stays=True) as progress:
        summary = opened.rebuild(
            table=table,
            images=images,
            columns=read.columns,
            report=report,
            progress=progress,
            **read.reading(),
        )
    common.print(summary.to_json(), lines(summary))
