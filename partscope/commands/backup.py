"""``partscope backup`` and ``partscope restore``: a catalogue to a folder and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from catalog.settings import Settings
    from catalog.store.contract import PartStore


def backup(
    target: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)],
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Write a catalogue to a new folder that any store can restore."""
    opened, _ = _open(store, catalog)
    try:
        opened.backup(target)
        parts = opened.count()
    finally:
        opened.close()
    if json_:
        print_json(_counts("backup", target, parts, opened))
    else:
        _tell("backup", target, parts, opened)


def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.", show_default=False)],
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Create a catalogue from a backup, verified first; an existing one is never overwritten."""
    from clustering.runs.remake_clusters import remake_clusters
    from ingest.indexing import build_index, index_notices
    from ingest.progress import shown_progress

    opened, settings = _open(store, catalog)
    try:
        with shown_progress() as progress:
            progress.start(f"restoring {source}", None)
            opened.restore(source)
            remake_clusters(opened, settings)
            state = build_index(opened, settings, progress)
        parts = opened.count()
    finally:
        opened.close()
    if json_:
        print_json({**_counts("restored", source, parts, opened), "index": state.to_json()})
        return
    for notice in index_notices(state, settings):
        typer.echo(f"note: {notice}")
    _tell("restored", source, parts, opened)


def _open(store: str | None, catalog: str | None) -> tuple[PartStore, Settings]:
    from catalog.settings import load_settings
    from catalog.store.open import open_store

    settings = load_settings(store=store, catalog=catalog)
    return open_store(settings), settings


def _counts(done: str, folder: Path, parts: int, store: PartStore) -> dict[str, Any]:
    return {done: str(folder), "parts": parts, "store": store.location}


def _tell(done: str, folder: Path, parts: int, store: PartStore) -> None:
    typer.echo(f"{done} {folder}: {parts} parts, store {store.location}")
