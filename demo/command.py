"""``partscope demo``: see the whole of partscope at work on parts that it draws itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options.common import JsonOption, print_output

if TYPE_CHECKING:
    from demo.guided_run import DemoRun
    from search.hits.hit import Hit

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
    print_output(run.to_json(), _lines(run, out / "store"), as_json=json_)


def _lines(run: DemoRun, store: Path) -> Iterator[str]:
    for search in run.searches:
        yield f"\n{search.title}"
        yield from map(_hit_line, search.result.hits)
    counts = run.grouping.run.counts
    yield f"\n{counts.n_clusters} groups of {counts.n_parts} parts, the largest:"
    for group in run.groups[:_GROUPS]:
        yield f"  {group.size:>4}  {group.label_de} / {group.label_en}"
    yield f"\npictures of all searches: {run.sheet}"
    yield f"try: partscope report --store {store}   # pip install 'partscope[report]'"
    yield f'try: partscope search "inductive sensor 24 V" --store {store} --explain'


def _hit_line(hit: Hit) -> str:
    name = hit.name_de or hit.name_en or ""
    return f"  {hit.score:.2f}  {hit.part_number:<10} {name[:60]}"
