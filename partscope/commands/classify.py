"""``partscope classify``: the cluster of a new image, name, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from clustering.classify.classifier import Classification


def classify(
    image: Annotated[str | None, typer.Argument(help="Image file or URL.")] = None,
    *,
    name: Annotated[str | None, typer.Option("--name", help="German or English name.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="Id or name of a run.  [default: the active one]")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which cluster a new part belongs to, how surely, and which parts say so."""
    from clustering.classify.classifier import Classifier
    from partscope.catalog import Catalog

    with Catalog.open(store, catalog=catalog) as opened_catalog:
        classification = Classifier(opened_catalog, run).classify(image, name)
    if as_json:
        print_json(classification.to_json())
        return
    typer.echo("\n".join(_lines(classification)))


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
