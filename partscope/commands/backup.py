"""``partscope backup`` and ``partscope restore``: a catalogue to a folder and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from catalog.store.contract import PartStore


@with_options
def backup(
    target: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)],
    *,
    common: CommonOptions,
) -> None:
    """Write a catalogue to a new folder that any store can restore."""
    from catalog.store.open import open_store

    opened = open_store(common.settings())
    try:
        opened.backup(target)
        parts = opened.count()
    finally:
        opened.close()
    common.print(_counts("backup", target, parts, opened), [_line("backup", target, parts, opened)])


@with_options
def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.", show_default=False)],
    *,
    common: CommonOptions,
) -> None:
    """Create a catalogue from a backup, verified first; an existing one is never overwritten."""
    from catalog.progress import shown_progress
    from catalog.store.open import open_store
    from clustering.runs.remake_clusters import remake_clusters
    from ingest.indexing import build_index, index_notices

    settings = common.settings()
    opened = open_store(settings)
    try:
        with shown_progress(stays=True) as progress:
            progress.start(f"restoring {source}", None)
            opened.restore(source)
            remake_clusters(opened, settings)
            state = build_index(opened, settings, progress)
        parts = opened.count()
    finally:
        opened.close()
    notices = [f"note: {notice}" for notice in index_notices(state, settings)]
    common.print(
        {**_counts("restored", source, parts, opened), "index": state.to_json()},
        [*notices, _line("restored", source, parts, opened)],
    )


def _counts(done: str, folder: Path, parts: int, store: PartStore) -> dict[str, Any]:
    return {done: str(folder), "parts": parts, "store": store.location}


def _line(done: str, folder: Path, parts: int, store: PartStore) -> str:
    return f"{done} {folder}: {parts} parts, store {store.location}"
