"""``partscope ingest``: a parts table and its photos go into the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options
from partscope.options.models import ModelOptions
from partscope.options.table import TableOptions

if TYPE_CHECKING:
    from ingest.outcomes import IngestSummary

EXIT_FAILED = 1


@with_options
def ingest(
    table: Annotated[
        str, typer.Argument(help="CSV, TSV, XLSX or Parquet file, or a JSON URL with {page}.")
    ],
    *,
    images: Annotated[
        Path | None, typer.Option(help="Folder or zip with the photos.  [default: the table's]")
    ] = None,
    read: TableOptions,
    limit: Annotated[int | None, typer.Option(help="At most so many rows.")] = None,
    models: ModelOptions,
    allow_private_urls: Annotated[
        bool | None,
        typer.Option("--allow-private-urls", help="Let image URLs point into your own network."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and report everything, write nothing.")
    ] = False,
    resume: Annotated[
        bool, typer.Option(help="Skip what an earlier run finished, or process all again.")
    ] = True,
    watch: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Look again every so often.", min=0.1)
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Row report, .csv or .xlsx.  [default: beside the store]")
    ] = None,
    max_failures: Annotated[
        int | None, typer.Option(help="More failed rows than this make the exit code 1.")
    ] = None,
    common: CommonOptions,
) -> None:
    """Put a parts table and its photos into the catalogue; run it again after any change."""
    settings = common.settings(
        **models.settings(), allow_private_urls=allow_private_urls, max_failures=max_failures
    )
    columns, reading = read.columns, read.reading(limit)

    def look(former: IngestSummary | None) -> IngestSummary:
        # Opened anew for each look, so that others can use the store's folder in between.
        from catalog.progress import shown_progress
        from partscope.catalog import Catalog

        with Catalog.from_settings(settings) as catalog, shown_progress(stays=True) as progress:
            summary = catalog.ingest(
                table,
                images=images,
                columns=columns,
                dry_run=dry_run,
                resume=resume,
                report=report,
                progress=progress,
                **reading,
            )
        if summary.is_news_after(former):
            common.print(summary.to_json(), lines(summary))
        elif report is None:
            Path(summary.report).unlink(missing_ok=True)  # it says what the one before said
        return summary

    if watch is not None:
        _watch(look, watch)
    elif look(None).failed > settings.max_failures:
        raise typer.Exit(EXIT_FAILED)


def lines(summary: IngestSummary) -> list[str]:
    """Return the counts for people, what is to be noted before them."""
    return [*(f"note: {notice}" for notice in summary.notices), *summary.lines()]


def _watch(look: Callable[[IngestSummary | None], IngestSummary], seconds: float) -> None:
    from catalog.watch import watch as watch_table

    seen: list[IngestSummary | None] = [None]

    def look_again() -> None:
        seen[0] = look(seen[0])

    watch_table(look_again, seconds, _say)


def _say(error: Exception) -> None:
    typer.echo(f"partscope: {error}; trying again", err=True)
