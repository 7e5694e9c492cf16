"""``partscope optimize``: build the index that makes searches fast, where an ingest could not."""

from __future__ import annotations

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

EXIT_FAILED = 1


@with_options
def optimize(*, common: CommonOptions) -> None:
    """Build the search index where it pays; ingest, rebuild and restore end with it anyway."""
    from catalog.progress import shown_progress
    from ingest.indexing import build_index

    with common.open() as opened, shown_progress(stays=True) as progress:
        _ = opened.manifest  # says how to create one
        state = build_index(opened.store, opened.settings, progress)
    common.print({"index": state.to_json()}, [f"index: {state.text}"])
    if not state.is_sound:
        raise typer.Exit(EXIT_FAILED)
