"""``partscope ingest``: a parts table and its photos go into the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.commands.options import (
    CatalogOption,
    ImageModelOption,
    JsonOption,
    ProfileOption,
    SegmenterOption,
    SegmentOption,
    SegmentUseOption,
    StoreOption,
    TextModelOption,
    print_json,
)
from partscope.commands.table_options import (
    FirstPageOption,
    MapOption,
    PageStepOption,
    RecordsOption,
    RequireOption,
    SheetOption,
    parse_mapping,
    parse_names,
)

if TYPE_CHECKING:
    from catalog.settings import Settings
    from ingest.outcomes import IngestSummary

EXIT_FAILED = 1


def ingest(
    table: Annotated[
        str, typer.Argument(help="CSV, TSV, XLSX or Parquet file, or a JSON URL with {page}.")
    ],
    *,
    images: Annotated[
        Path | None, typer.Option(help="Folder or zip with the photos.  [default: the table's]")
    ] = None,
    map_: MapOption = None,
    sheet: SheetOption = None,
    records: RecordsOption = None,
    require: RequireOption = None,
    first_page: FirstPageOption = 1,
    page_step: PageStepOption = 1,
    limit: Annotated[int | None, typer.Option(help="At most so many rows.")] = None,
    profile: ProfileOption = None,
    image_model: ImageModelOption = None,
    text_model: TextModelOption = None,
    preparation: Annotated[
        str | None, typer.Option(help="Image steps in order, e.g. clahe,pad.")
    ] = None,
    segmenter: SegmenterOption = None,
    segment: SegmentOption = None,
    segment_use: SegmentUseOption = None,
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
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Put a parts table and its photos into the catalogue; run it again after any change."""
    from catalog.settings import load_settings

    settings = load_settings(
        store=store,
        catalog=catalog,
        profile=profile,
        image_model=image_model,
        text_model=text_model,
        preparation=preparation,
        segmenter=segmenter,
        segment=segment,
        segment_use=segment_use,
        allow_private_urls=allow_private_urls,
        max_failures=max_failures,
    )
    options: dict[str, Any] = {
        "images": images,
        "columns": parse_mapping(map_ or []),
        "sheet": sheet,
        "records": records,
        "require": parse_names(require or ""),
        "first_page": first_page,
        "page_step": page_step,
        "limit": limit,
        "dry_run": dry_run,
        "resume": resume,
        "report": report,
    }

    def look(former: IngestSummary | None) -> IngestSummary:
        summary = _ingest_once(settings, table, options)
        if summary.is_news_after(former):
            show(summary, as_json=json_)
        elif report is None:
            Path(summary.report).unlink(missing_ok=True)  # it says what the one before said
        return summary

    if watch is not None:
        _watch(look, watch)
    elif look(None).failed > settings.max_failures:
        raise typer.Exit(EXIT_FAILED)


def _watch(look: Callable[[IngestSummary | None], IngestSummary], seconds: float) -> None:
    from catalog.watch import watch as watch_table

    seen: list[IngestSummary | None] = [None]

    def look_again() -> None:
        seen[0] = look(seen[0])

    watch_table(look_again, seconds, _say)


def _ingest_once(settings: Settings, table: str, options: Mapping[str, Any]) -> IngestSummary:
    # Opened anew for each look, so that others can use the store's folder in between.
    from catalog.progress import shown_progress
    from ingest.api import ingest as ingest_table
    from partscope.catalog import Catalog

    with Catalog.from_settings(settings) as catalog, shown_progress(stays=True) as progress:
        return ingest_table(catalog, table, progress=progress, **options)


def show(summary: IngestSummary, *, as_json: bool) -> None:
    """Print the counts, for machines or for people."""
    if as_json:
        print_json(summary.to_json())
        return
    for notice in summary.notices:
        typer.echo(f"note: {notice}")
    for line in summary.lines():
        typer.echo(line)


def _say(error: Exception) -> None:
    typer.echo(f"partscope: {error}; trying again", err=True)
