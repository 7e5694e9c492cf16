"""``partscope rebuild``: build the catalogue anew beside the active one, then switch over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.errors import UsageError
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


def rebuild(
    table: Annotated[
        str | None,
        typer.Argument(help="The table to build from.  [default: the catalogue's parts]"),
    ] = None,
    *,
    images: Annotated[Path | None, typer.Option(help="Folder or zip with the photos.")] = None,
    map_: MapOption = None,
    sheet: SheetOption = None,
    records: RecordsOption = None,
    require: RequireOption = None,
    first_page: FirstPageOption = 1,
    page_step: PageStepOption = 1,
    profile: ProfileOption = None,
    image_model: ImageModelOption = None,
    text_model: TextModelOption = None,
    preparation: Annotated[
        str | None, typer.Option(help="Image steps in order, e.g. clahe,pad.")
    ] = None,
    segmenter: SegmenterOption = None,
    segment: SegmentOption = None,
    segment_use: SegmentUseOption = None,
    report: Annotated[Path | None, typer.Option(help="Row report, .csv or .xlsx.")] = None,
    max_failures: Annotated[
        int | None, typer.Option(help="Switch over with at most so many failed rows and views.")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Build the catalogue anew, e.g. with another model, and switch over when it is whole."""
    from catalog.progress import shown_progress
    from catalog.settings import load_settings
    from ingest.rebuild import rebuild as rebuild_catalog
    from partscope.catalog import Catalog
    from partscope.commands.ingest import show

    if table is None and (map_ or sheet or records or require):
        raise UsageError("--map, --sheet, --records and --require are for a TABLE; name it")
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
        max_failures=max_failures,
    )
    with Catalog.from_settings(settings) as opened, shown_progress(stays=True) as progress:
        summary = rebuild_catalog(
            opened,
            progress,
            table=table,
            images=images,
            columns=parse_mapping(map_ or []),
            report=report,
            sheet=sheet,
            records=records,
            require=parse_names(require or ""),
            first_page=first_page,
            page_step=page_step,
        )
    show(summary, as_json=json_)
