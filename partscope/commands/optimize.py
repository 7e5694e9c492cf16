"""``partscope optimize``: build the index that makes searches fast, where an ingest could not."""

from __future__ import annotations

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

EXIT_FAILED = 1


def optimize(
    *, store: StoreOption = None, catalog: CatalogOption = None, json_: JsonOption = False
) -> None:
    """Build the search index where it pays; ingest, rebuild and restore end with it anyway."""
    from catalog.settings import load_settings
    from ingest.indexing import build_index
    from ingest.progress import shown_progress
    from partscope.catalog import Catalog

    settings = load_settings(store=store, catalog=catalog)
    with Catalog.from_settings(settings) as opened, shown_progress() as progress:
        _ = opened.manifest  # says how to create one
        state = build_index(opened.store, settings, progress)
    if json_:
        print_json({"index": state.to_json()})
    else:
        typer.echo(f"index: {state.text}")
    if not state.is_sound:
        raise typer.Exit(EXIT_FAILED)
