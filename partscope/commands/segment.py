"""``partscope segment``: look at what is cut out of photos, and decide where it went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from catalog.errors import UsageError
from partscope.options.common import CommonOptions
from partscope.options.groups import with_options
from partscope.options.models import SegmenterOption


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
@with_options
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
    common: CommonOptions,
) -> None:
    """Show what is cut out of one photo, as the catalogue does it or by --segmenter."""
    from segmentation.review.one_photo import segment_photo

    shown = segment_photo(common.settings(segmenter=segmenter), file, out, prompt or "")
    common.print(shown.to_json(), shown.lines())


@segment.command()
@with_options
def review(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the page.")],
    limit: Annotated[int, typer.Option(help="So many views, the worst ones.", min=1)] = 200,
    common: CommonOptions,
) -> None:
    """Write one HTML page with the photos before and after, the worst first."""
    from segmentation.review.page import write_page
    from segmentation.review.worst_views import worst_views

    with common.open() as opened:
        page = write_page(opened, worst_views(opened, limit), out)
    common.print(page.to_json(), page.lines())


@segment.command("set")
@with_options
def set_(
    part_number: Annotated[str, typer.Argument(help="The part.")],
    *,
    view: Annotated[int, typer.Option(help="Which of its views, from 1.", min=1)] = 1,
    full_photo: Annotated[bool, typer.Option("--full-photo", help="Never cut this view.")] = False,
    prompt: Annotated[
        str | None, typer.Option(help='Cut it, looking for this, e.g. "hexagon nut .".')
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was decided.")] = False,
    common: CommonOptions,
) -> None:
    """Decide about one view; later ingests and rebuilds honour it."""
    from segmentation.choices import Choice
    from segmentation.review.decide import decide

    if (full_photo, bool(prompt), clear).count(True) != 1:
        raise UsageError("decide one thing: --full-photo, --prompt TEXT or --clear")
    choice = Choice("no", "review") if full_photo else Choice("yes", "review", prompt or "")
    with common.open() as opened:
        file = decide(opened, part_number, view, None if clear else choice)
    decided = "cleared" if clear else "full photo" if full_photo else f"cut by {prompt!r}"
    common.print(
        {"part_number": part_number, "view": view, "file": file, "decision": decided},
        [f"{part_number}, view {view} ({file}): {decided}; ingest the table to apply it"],
    )
