"""``partscope demo``: see the whole of partscope at work on parts that it draws itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.commands.options import JsonOption, print_json

if TYPE_CHECKING:
    from demo.guided_run import DemoRun, Shown

_GROUPS = 6
"""Groups that are shown."""


def demo(
    *,
    parts: Annotated[int, typer.Option(help="How many parts to draw.", min=1, max=100_000)] = 300,
    out: Annotated[Path, typer.Option(help="Folder for everything.")] = Path("partscope-demo"),
    json_: JsonOption = False,
) -> None:
    """Draw a catalogue of parts, ingest it, search it by name and by picture, and group it."""
    from demo.guided_run import run_demo

    run = run_demo(out, parts, lambda line: typer.echo(line, err=json_))
    if json_:
        print_json(_as_json(run))
        return
    for search in run.searches:
        _print(search)
    _print_groups(run)
    typer.echo(f"\npictures of all searches: {run.sheet}")
    store = out / "store"
    typer.echo(f"try: partscope report --store {store}   # pip install 'partscope[report]'")
    typer.echo(f'try: partscope search "inductive sensor 24 V" --store {store} --explain')


def _print(search: Shown) -> None:
    typer.echo(f"\n{search.title}")
    for hit in search.result.hits:
        name = hit.name_de or hit.name_en or ""
        typer.echo(f"  {hit.score:.2f}  {hit.part_number:<10} {name[:60]}")


def _print_groups(run: DemoRun) -> None:
    counts = run.grouping.run.counts
    typer.echo(f"\n{counts.n_clusters} groups of {counts.n_parts} parts, the largest:")
    for group in run.groups[:_GROUPS]:
        typer.echo(f"  {group.size:>4}  {group.label_de} / {group.label_en}")


def _as_json(run: DemoRun) -> dict[str, Any]:
    searches = [{"title": search.title, **search.result.to_json()} for search in run.searches]
    grouping = {"cluster": run.grouping.to_json()}
    return {**run.summary.to_json(), **grouping, "searches": searches, "sheet": str(run.sheet)}
