"""``partscope classify``: the cluster of a new image, name, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from clustering.classify.classifier import Classification


@with_options
def classify(
    image: Annotated[str | None, typer.Argument(help="Image file or URL.")] = None,
    *,
    name: Annotated[str | None, typer.Option("--name", help="German or English name.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="Id or name of a run.  [default: the active one]")
    ] = None,
    common: CommonOptions,
) -> None:
    """Tell which cluster a new part belongs to, how surely, and which parts say so."""
    with common.open() as opened_catalog:
        classification = opened_catalog.classify(image, name, run=run)
    common.print(classification.to_json(), _lines(classification))


def _lines(classification: Classification) -> list[str]:
    if classification.outlier:
        head = "outlier: no cluster of the run has parts like this"
    else:
        labels = f"{classification.label_de} / {classification.label_en}"
        head = f"{classification.score:.0%}  cluster {classification.cluster}: {labels}"
    lines = [head, f"by run {classification.run}; the nearest parts:"]
    for neighbour in classification.neighbours:
        names = " / ".join(dict.fromkeys(filter(None, (neighbour.name_de, neighbour.name_en))))
        cluster = "noise" if neighbour.cluster is None else f"cluster {neighbour.cluster}"
        lines.append(
            f"  {neighbour.similarity:.2f}  {neighbour.part_number:<14} {cluster:<12} {names}"
        )
    return lines
