"""``partscope demo``: see the whole of partscope at work on parts that it draws itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.options import JsonOption, print_json

if TYPE_CHECKING:
    from demo.guided_run import DemoRun, Shown


def demo(
    *,
    parts: Annotated[int, typer.Option(help="How many parts to draw.", min=1, max=100_000)] = 300,
    out: Annotated[Path, typer.Option(help="Folder for everything.")] = Path("partscope-demo"),
    json_: JsonOption = False,
) -> None:
    """Draw a catalogue of parts, ingest it, and search it by name and by picture."""
    from demo.guided_run import run_demo

    run = run_demo(out, parts, lambda line: typer.echo(line, err=json_))
    if json_:
        print_json(_as_json(run))
        return
    for shown in run.searches:
        _print(shown)
    typer.echo(f"\npictures of all searches: {run.sheet}")
    store = out / "store"
    typer.echo(f'try: partscope search "inductive sensor 24 V" --store {store} --explain')


def _print(shown: Shown) -> None:
    typer.echo(f"\n{shown.title}")
    for hit in shown.result.hits:
        name = hit.name_de or hit.name_en or ""
        typer.echo(f"  {hit.score:.2f}  {hit.part_number:<10} {name[:60]}")


def _as_json(run: DemoRun) -> dict[str, Any]:
    searches = [{"title": shown.title, **shown.result.to_json()} for shown in run.searches]
    return {**run.summary.to_json(), "searches": searches, "sheet": str(run.sheet)}
