"""``partscope classify``: the cluster of a new image, name, or both."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from clustering.classify import Classification


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
    from clustering.classify import Classifier
    from partscope.catalog import Catalog

    with Catalog.open(store, catalog=catalog) as opened:
        found = Classifier(opened, run).classify(image, name)
    if as_json:
        label = {"de": found.label_de, "en": found.label_en}
        values = {**asdict(found), "label": label}
        print_json({key: values[key] for key in values if key not in ("label_de", "label_en")})
        return
    typer.echo("\n".join(_lines(found)))


def _lines(found: Classification) -> list[str]:
    if found.outlier:
        head = "outlier: no cluster of the run has parts like this"
    else:
        head = f"{found.score:.0%}  cluster {found.cluster}: {found.label_de} / {found.label_en}"
    lines = [head, f"by run {found.run}; the nearest parts:"]
    for each in found.neighbours:
        names = " / ".join(dict.fromkeys(filter(None, (each.name_de, each.name_en))))
        cluster = "noise" if each.cluster is None else f"cluster {each.cluster}"
        lines.append(f"  {each.similarity:.2f}  {each.part_number:<14} {cluster:<12} {names}")
    return lines
