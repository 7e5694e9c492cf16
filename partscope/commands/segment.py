"""``partscope segment``: look at what is cut out of photos, and decide where it went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from catalog.errors import UsageError
from partscope.commands.options import (
    CatalogOption,
    JsonOption,
    SegmenterOption,
    StoreOption,
    print_json,
)

if TYPE_CHECKING:
    from catalog.settings import Settings


class _FileOrCommand(TyperGroup):
    """``partscope segment FILE`` is short for ``partscope segment show FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = args[0] if args else "--help"
        is_short = first not in self.commands and first not in ctx.help_option_names
        return super().parse_args(ctx, ["show", *args] if is_short else args)


segment = typer.Typer(
    cls=_FileOrCommand,
    help="Cut the part out of one photo (segment FILE), or review what was cut in a catalogue.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@segment.command()
def show(
    file: Annotated[str, typer.Argument(help="Photo: a file or URL.")],
    *,
    segmenter: SegmenterOption = None,
    prompt: Annotated[
        str | None, typer.Option(help='What to look for, e.g. "hexagon nut .".')
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Picture to write.  [default: FILE-segmented.png here]")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Show what is cut out of one photo, as the catalogue does it or by --segmenter."""
    from segmentation.review.one_photo import segment_photo

    shown = segment_photo(_settings(store, catalog, segmenter), file, out, prompt or "")
    if json_:
        print_json(shown.to_json())
        return
    for line in shown.lines():
        typer.echo(line)


@segment.command()
def review(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the page.")],
    limit: Annotated[int, typer.Option(help="So many views, the worst ones.", min=1)] = 200,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Write one HTML page with the photos before and after, the worst first."""
    from partscope.catalog import Catalog
    from segmentation.review.page import write_page
    from segmentation.review.worst_views import worst_views

    with Catalog.from_settings(_settings(store, catalog)) as opened:
        page = write_page(opened, worst_views(opened, limit), out)
    if json_:
        print_json(page.to_json())
        return
    for line in page.lines():
        typer.echo(line)


@segment.command("set")
def set_(
    part_number: Annotated[str, typer.Argument(help="The part.")],
    *,
    view: Annotated[int, typer.Option(help="Which of its views, from 1.", min=1)] = 1,
    full_photo: Annotated[bool, typer.Option("--full-photo", help="Never cut this view.")] = False,
    prompt: Annotated[
        str | None, typer.Option(help='Cut it, looking for this, e.g. "hexagon nut .".')
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was decided.")] = False,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    json_: JsonOption = False,
) -> None:
    """Decide about one view; later ingests and rebuilds honour it."""
    from partscope.catalog import Catalog
    from segmentation.choices import Choice
    from segmentation.review.decide import decide

    if (full_photo, bool(prompt), clear).count(True) != 1:
        raise UsageError("decide one thing: --full-photo, --prompt TEXT or --clear")
    choice = Choice("no", "review") if full_photo else Choice("yes", "review", prompt or "")
    with Catalog.from_settings(_settings(store, catalog)) as opened:
        file = decide(opened, part_number, view, None if clear else choice)
    decided = "cleared" if clear else "full photo" if full_photo else f"cut by {prompt!r}"
    if json_:
        print_json({"part_number": part_number, "view": view, "file": file, "decision": decided})
        return
    typer.echo(f"{part_number}, view {view} ({file}): {decided}; ingest the table to apply it")


def _settings(store: str | None, catalog: str | None, segmenter: str | None = None) -> Settings:
    from catalog.settings import load_settings

    return load_settings(store=store, catalog=catalog, segmenter=segmenter)
